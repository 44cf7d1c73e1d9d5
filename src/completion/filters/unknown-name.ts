import { NameCheck } from '../code-aware/name-check';
import type { Filter } from './filter';

/** Stops before a name that is referred to and that nobody knows. */
export const unknownName: Filter = {
  name: 'unknown-name',
  reason: 'The suggestion would have used a name that stands nowhere in the workspace, its open files or Python.',
  keep(text, { syntax, known }) {
    const check = new NameCheck(syntax.fork(), known);
    for (let i = 0; i < text.length; i++) {
      check.advance(text.charCodeAt(i));
    }
    return text.slice(0, check.firstMadeUp ?? text.length);
  },
};
