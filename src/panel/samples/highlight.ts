import { CARRIAGE_RETURN, isBlank, LINE_FEED } from '../../python/characters';
import { KEYWORDS } from '../../python/keywords';
import { Lexer } from '../../python/lexer';

export type HighlightKind = 'keyword' | 'string' | 'comment' | 'number' | 'name' | 'plain';

export interface HighlightToken {
  readonly kind: HighlightKind;
  readonly text: string;
}

/** Splits generated Python into tokens to colour. Joined again they are the text. */
export function highlight(text: string): HighlightToken[] {
  const kinds = kindsOf(text);
  const tokens: HighlightToken[] = [];
  let start = 0;
  for (let at = 1; at <= text.length; at++) {
    if (kinds[at] !== kinds[start]) {
      tokens.push({ kind: kinds[start]!, text: text.slice(start, at) });
      start = at;
    }
  }
  return tokens;
}

/** The kind of each code unit. */
function kindsOf(text: string): HighlightKind[] {
  const lexer = new Lexer();
  const kinds: HighlightKind[] = [];
  let [wordStart, wordBefore] = [-1, ''];
  const endWord = (end: number) => {
    const word = text.slice(wordStart, end);
    kinds.fill(kindOfWord(word, wordBefore), wordStart, end);
    [wordStart, wordBefore] = [-1, word];
  };
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const wasString = lexer.mode === 'string' && unit !== LINE_FEED;
    lexer.advance(unit === CARRIAGE_RETURN ? LINE_FEED : unit);
    kinds.push(kindAfter(lexer, wasString));
    if (lexer.isOpen && lexer.token === 'identifier') {
      wordStart = wordStart < 0 ? at - lexer.text.length + 1 : wordStart;
      continue;
    }
    if (wordStart >= 0) {
      endWord(at);
    }
    if (lexer.mode === 'string' && !wasString && lexer.isEmpty) {
      // The word before the quote is its prefix.
      kinds.fill('string', at - lexer.text.length, at);
    }
    wordBefore = isBlank(unit) ? wordBefore : '';
  }
  if (wordStart >= 0) {
    endWord(text.length);
  }
  return kinds;
}

function kindAfter(lexer: Lexer, wasString: boolean): HighlightKind {
  if (lexer.mode === 'comment') {
    return 'comment';
  }
  // The third of three quotes is taken in by a string that seemed to have ended.
  if (wasString || lexer.mode === 'string' || (lexer.token === 'string' && lexer.isOpen)) {
    return 'string';
  }
  return lexer.isOpen && lexer.token === 'number' ? 'number' : 'plain';
}

function kindOfWord(word: string, before: string): HighlightKind {
  if (KEYWORDS.has(word)) {
    return 'keyword';
  }
  return before === 'def' || before === 'class' ? 'name' : 'plain';
}
