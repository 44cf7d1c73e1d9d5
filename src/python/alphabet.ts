/**
 * The talk's alphabet of 98 symbols (Martin Görner, "TensorFlow and deep learning, without a PhD"):
 * 0 unknown; 1 tab; 2–96 ASCII 32–126 (code − 30); 97 line feed.
 */
export const ALPHABET_SIZE = 98;

export const UNKNOWN = 0;
const TAB_SYMBOL = 1;
export const LINE_FEED_SYMBOL = 97;

const FIRST_PRINTABLE = 32;
const LAST_PRINTABLE = 126;
const PRINTABLE_OFFSET = 30;

/** Symbol of one UTF-16 code unit. Carriage returns are for the caller to drop; here they are unknown. */
export function symbolOf(codeUnit: number): number {
  if (codeUnit >= FIRST_PRINTABLE && codeUnit <= LAST_PRINTABLE) {
    return codeUnit - PRINTABLE_OFFSET;
  }
  if (codeUnit === 10) {
    return LINE_FEED_SYMBOL;
  }
  if (codeUnit === 9) {
    return TAB_SYMBOL;
  }
  return UNKNOWN;
}

/** Symbols of the ASCII code units, of which nearly all code consists. */
const ASCII_SYMBOLS = Uint8Array.from({ length: 128 }, (_, unit) => symbolOf(unit));

/** Character shown for a symbol; unknown is shown as U+FFFD, which encodes to unknown again. */
export function characterOf(symbol: number): string {
  if (symbol === LINE_FEED_SYMBOL) {
    return '\n';
  }
  if (symbol === TAB_SYMBOL) {
    return '\t';
  }
  if (symbol === UNKNOWN) {
    return '\ufffd';
  }
  return String.fromCharCode(symbol + PRINTABLE_OFFSET);
}

/**
 * Symbols of a text, one per Unicode code point: a surrogate pair is one unknown, CR LF is read as LF and a lone
 * CR as LF too.
 */
export function encode(text: string): Uint8Array {
  const symbols = new Uint8Array(text.length);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < ASCII_SYMBOLS.length && unit !== 13) {
      symbols[n++] = ASCII_SYMBOLS[unit]!;
      continue;
    }
    if (unit === 13) {
      if (text.charCodeAt(i + 1) !== 10) {
        symbols[n++] = LINE_FEED_SYMBOL;
      }
      continue;
    }
    const isPair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    if (isPair) {
      i++;
    }
    symbols[n++] = symbolOf(unit);
  }
  return symbols.slice(0, n);
}

/** Characters of a text as `encode` counts them, one for each symbol; all line ends are line feeds. */
export function charactersOf(text: string): string[] {
  return Array.from(text.replace(/\r\n?/g, '\n'));
}

/** Code units of the characters that are shown for the symbols. */
const CODE_UNITS = Uint16Array.from({ length: ALPHABET_SIZE }, (_, symbol) => characterOf(symbol).charCodeAt(0));

/** A function takes no more arguments than there is room for. */
const UNITS_AT_ONCE = 8192;

/** Text of symbols; see `characterOf` for the unknown symbol. */
export function decode(symbols: ArrayLike<number>): string {
  const units = new Uint16Array(symbols.length);
  for (let i = 0; i < units.length; i++) {
    units[i] = CODE_UNITS[symbols[i]!]!;
  }
  let text = '';
  for (let from = 0; from < units.length; from += UNITS_AT_ONCE) {
    text += Reflect.apply(String.fromCharCode, String, units.subarray(from, from + UNITS_AT_ONCE));
  }
  return text;
}
