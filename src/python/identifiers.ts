import { isIdentifierPart, isQuote, LINE_FEED } from './characters';
import { Lexer } from './lexer';

const DOTTED_NAME = /^[A-Za-z_][\w.]*$/;

/**
 * Names in a file's code, and the parts of strings that are nothing but a name: what `getattr`, `__all__` or a settings
 * module names. Words of comments and docstrings are none.
 */
export function identifiersOf(text: string): Set<string> {
  const found = new Set<string>();
  const source = text.replace(/\r\n?/g, '\n');
  const lexer = new Lexer();
  let stringStart = 0;
  for (let i = 0; i <= source.length; i++) {
    const { mode, token, isOpen, text: word } = lexer;
    const unit = i < source.length ? source.charCodeAt(i) : LINE_FEED;
    lexer.advance(unit);
    // What ends at a quote is a string's prefix.
    const isOver = !isIdentifierPart(unit) && !isQuote(unit);
    if (token === 'identifier' && isOpen && isOver) {
      found.add(word);
    }
    if (mode === 'string' && lexer.mode !== 'string') {
      addParts(found, source.slice(stringStart, i));
    }
    if (mode !== 'string' && lexer.mode === 'string') {
      stringStart = i + 1;
    }
  }
  // A copy, because the parts of a string would keep the whole text in memory.
  return structuredClone(found);
}

function addParts(found: Set<string>, string: string): void {
  if (!DOTTED_NAME.test(string)) {
    return;
  }
  for (const part of string.split('.')) {
    if (part !== '') {
      found.add(part);
    }
  }
}

/** As the lexer has it: everything beyond ASCII is taken for a letter. */
const WORD = /[\w\u0080-\uffff]+/g;

/** All words of a text that could be names, wherever they stand. */
export function wordsOf(text: string): string[] {
  return text.match(WORD) ?? [];
}
