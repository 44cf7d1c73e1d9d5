import type { Bracket, Lexer } from '../../text/lexer';
import type { Filter } from './filter';

/** Before text to the right of the cursor, stops where every bracket and string that it opens is closed again. */
export const unclosed: Filter = {
  name: 'unclosed',
  reason: 'What stands to the right of the cursor would close the wrong bracket or string.',
  keep(text, { lineAfter, syntax: atCursor }) {
    if (lineAfter.trim() === '') return text;
    const syntax = atCursor.fork();
    let end = 0;
    for (let i = 0; i < text.length; i++) {
      syntax.read(text[i]);
      if (!opensMore(syntax.lexer, atCursor.lexer)) end = i + 1;
    }
    return text.slice(0, end);
  },
};

/** Whether something is open that was not `before`. */
function opensMore({ mode, brackets }: Lexer, before: Lexer): boolean {
  if (mode === 'string') return before.mode !== 'string' || brackets !== before.brackets;
  let open: Bracket | null = before.brackets;
  while (open !== null && open !== brackets) open = open.outer;
  return open !== brackets;
}
