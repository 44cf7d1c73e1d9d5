/**
 * Control characters (C0, DEL, C1), the line and paragraph separators, and what turns the direction of writing: a
 * terminal obeys them, and a reader is deceived by them. Names of files, which anybody may choose, can hold all of
 * them.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
const UNPRINTABLE_BUT_LAYOUT = /[^\P{Cc}\t\n]|[\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * A text for one line of a terminal, message or page: what cannot be seen is written as in a JavaScript string, `\x1b`.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, visible);
}

/** A text of several lines: its line feeds and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE_BUT_LAYOUT, visible);
}

/** JSON in which the same characters are escaped as JSON has it: equal to a parser, harmless to a terminal. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (character) => `\\u${hexadecimal(character, 4)}`);
}

const SHORT: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function visible(character: string): string {
  const isByte = character.charCodeAt(0) < 256;
  return SHORT[character] ?? (isByte ? `\\x${hexadecimal(character, 2)}` : `\\u${hexadecimal(character, 4)}`);
}

function hexadecimal(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}
