import { depthOf, type Lexer } from '../../python/lexer';
import type { Filter } from './filter';

/**
 * Filter that stops where every bracket and string opened by the suggestion is closed again, before text to the right
 * of the cursor.
 */
export const unclosed: Filter = {
  name: 'unclosed',
  reason: 'What stands to the right of the cursor would close the wrong bracket or string.',
  keep(text, { lineAfter, syntax: atCursor }) {
    if (lineAfter.trim() === '') {
      return text;
    }
    const syntax = atCursor.fork();
    const { lexer } = syntax;
    /** The innermost bracket that has been open from the cursor on. */
    let kept = lexer.brackets;
    let end = 0;
    for (let i = 0; i < text.length; i++) {
      syntax.read(text[i]!);
      while (kept !== null && kept.depth > depthOf(lexer.brackets)) {
        kept = kept.outer;
      }
      if (lexer.brackets === kept && !opensString(lexer, atCursor.lexer)) {
        end = i + 1;
      }
    }
    return text.slice(0, end);
  },
};

/** Whether a string is open that was not `before`. */
function opensString({ mode, brackets }: Lexer, before: Lexer): boolean {
  return mode === 'string' && (before.mode !== 'string' || brackets !== before.brackets);
}
