export type TokenKind = 'keyword' | 'string' | 'comment' | 'number' | 'name' | 'plain';

export interface HighlightToken {
  readonly kind: TokenKind;
  readonly text: string;
}

const KEYWORDS =
  'and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|' +
  'nonlocal|not|or|pass|raise|return|try|while|with|yield|None|True|False';

/** An unfinished string ends with its line, or, with three quotes, with the text: samples are cut anywhere. */
const TOKEN = new RegExp(
  [
    '(?<comment>#.*)',
    String.raw`(?<string>(?:(?<!\w)[bfruBFRU]{1,2})?(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))`,
    // Looks back only from words: from each blank of many it would look back over all those before it.
    String.raw`(?<name>(?=\w)(?<=\b(?:def|class)\s+)\w+)`,
    String.raw`(?<keyword>\b(?:${KEYWORDS})\b)`,
    String.raw`(?<number>\b\d[\w.]*)`,
  ].join('|'),
  'g',
);

/** Splits generated Python into pieces to tint lightly. Joined again they are the text. */
export function tokens(text: string): HighlightToken[] {
  const found: HighlightToken[] = [];
  let end = 0;
  const add = (kind: TokenKind, text: string) => text !== '' && found.push({ kind, text });
  for (const match of text.matchAll(TOKEN)) {
    add('plain', text.slice(end, match.index));
    const kind = Object.entries(match.groups ?? {}).find(([, group]) => group !== undefined)?.[0];
    add((kind ?? 'plain') as TokenKind, match[0]);
    end = match.index + match[0].length;
  }
  add('plain', text.slice(end));
  return found;
}
