import type { Filter } from './filter';

const OPENERS = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/** Stops before what already stands to the right of the cursor, where the editor closed a bracket or a string. */
export const doubledCloser: Filter = {
  name: 'doubled-closer',
  reason: 'What would close the bracket or string already stands to the right of the cursor.',
  keep(text, { lineAfter }) {
    const rest = lineAfter.trim();
    if (rest === '') return text;
    const opener = OPENERS.get(rest[0]);
    if (opener) return beforeUnopened(text, opener, rest[0]);
    if (/["'`]/.test(rest[0])) return beforeQuote(text, rest[0]);
    return text.endsWith(rest) ? text.slice(0, -rest.length) : text;
  },
};

/** The text up to the first `closer` that closes nothing opened in the text itself. */
function beforeUnopened(text: string, opener: string, closer: string): string {
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === opener) open++;
    if (text[i] === closer && open-- === 0) return text.slice(0, i);
  }
  return text;
}

/** The text up to the first quote that is not escaped. */
function beforeQuote(text: string, quote: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) return text.slice(0, i);
  }
  return text;
}
