import type { Syntax } from '../code-aware/syntax';
import type { Filter } from './filter';

/** Stops before what already stands to the right of the cursor, where the editor closed a bracket or a string. */
export const doubledCloser: Filter = {
  name: 'doubled-closer',
  reason: 'What would close the bracket or string already stands to the right of the cursor.',
  keep(text, { lineAfter, syntax }) {
    const rest = lineAfter.trim();
    if (rest === '') {
      return text;
    }
    if (/[)\]}"'`]/.test(rest[0]!)) {
      return text.slice(0, closingOffset(text, rest[0]!, syntax.fork()));
    }
    return text.endsWith(rest) ? text.slice(0, -rest.length) : text;
  },
};

/** Offset in `text` at which `closer` first closes what is open at the cursor; the text's length where it does not. */
function closingOffset(text: string, closer: string, syntax: Syntax): number {
  const { lexer } = syntax;
  const { mode, brackets } = lexer;
  for (let i = 0; i < text.length; i++) {
    const isOutside = lexer.mode === mode && lexer.brackets === brackets && lexer.escape !== 'backslash';
    if (isOutside && text[i] === closer) {
      return i;
    }
    syntax.read(text[i]!);
  }
  return text.length;
}
