/** Code units that mean something to Python, and their classes. */

export const TAB = 9;
export const LINE_FEED = 10;
export const FORM_FEED = 12;
export const CARRIAGE_RETURN = 13;
export const SPACE = 32;
export const EXCLAMATION = 33;
const DOUBLE_QUOTE = 34;
export const HASH = 35;
const SINGLE_QUOTE = 39;
export const COMMA = 44;
export const SLASH = 47;
export const COLON = 58;
export const SEMICOLON = 59;
export const EQUALS = 61;
export const LETTER_N = 78;
export const BACKSLASH = 92;
const UNDERSCORE = 95;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;

const FIRST_BEYOND_ASCII = 128;

/** Gives `reader` a text's code units, CR LF and a lone CR as a line feed. */
export function readUnits(reader: { advance(unit: number): void }, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit !== CARRIAGE_RETURN) {
      reader.advance(unit);
    } else if (text.charCodeAt(i + 1) !== LINE_FEED) {
      reader.advance(LINE_FEED);
    }
  }
}

/** White space inside a line. */
export function isBlank(unit: number): boolean {
  return unit === SPACE || unit === TAB || unit === FORM_FEED;
}

export function isQuote(unit: number): boolean {
  return unit === DOUBLE_QUOTE || unit === SINGLE_QUOTE;
}

export function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

/** A letter, digit or underscore; everything beyond ASCII is taken for a letter. */
export function isIdentifierPart(unit: number): boolean {
  const lowerCase = unit | 32;
  return (lowerCase >= 97 && lowerCase <= 122) || isDigit(unit) || unit === UNDERSCORE || unit >= FIRST_BEYOND_ASCII;
}

export function isAscii(unit: number): boolean {
  return unit < FIRST_BEYOND_ASCII;
}

/** The closing bracket for an opening one, 0 for anything else. */
export function closerOf(unit: number): number {
  switch (String.fromCharCode(unit)) {
    case '(':
      return 41;
    case '[':
      return 93;
    case '{':
      return 125;
    default:
      return 0;
  }
}

export function isCloser(unit: number): boolean {
  return unit === 41 || unit === 93 || unit === 125;
}
