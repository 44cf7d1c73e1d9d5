/** Python's vocabulary (3.14), as far as the lexer and the checks of what may come next need it. */

/** Keywords that stand for a value. */
const VALUE_KEYWORDS = ['None', 'True', 'False'];

/** Other keywords that a line may end with. */
const LAST_KEYWORDS = ['break', 'continue', 'pass', 'raise', 'return', 'yield'];

/** Keywords that may follow a number without a space in between. */
export const AFTER_NUMBER_KEYWORDS = ['and', 'else', 'for', 'if', 'in', 'is', 'not', 'or'];

/** Keywords that may follow a value. */
export const INFIX_KEYWORDS = [...AFTER_NUMBER_KEYWORDS, 'as', 'async', 'from', 'import'];

/** Keywords that begin a statement whose first line has a colon. */
export const COMPOUND_KEYWORDS: ReadonlySet<string> = new Set([
  ...['async', 'class', 'def', 'elif', 'else', 'except', 'finally', 'for', 'if', 'try', 'while', 'with'],
]);

export const KEYWORDS: ReadonlySet<string> = new Set([
  ...[...VALUE_KEYWORDS, ...LAST_KEYWORDS, ...INFIX_KEYWORDS, ...COMPOUND_KEYWORDS],
  ...['assert', 'await', 'del', 'global', 'lambda', 'nonlocal'],
]);

/** Words that are names as well, but may be followed by a value; `print` and `exec` for the sake of Python 2. */
const SOFT_KEYWORDS: ReadonlySet<string> = new Set(['match', 'case', 'type', 'lazy', 'print', 'exec']);

export function mayEndLine(word: string): boolean {
  return !KEYWORDS.has(word) || VALUE_KEYWORDS.includes(word) || LAST_KEYWORDS.includes(word);
}

/** Whether a word can only be a value, so that no other value may follow it. */
export function isValue(word: string): boolean {
  return KEYWORDS.has(word) ? VALUE_KEYWORDS.includes(word) : !SOFT_KEYWORDS.has(word);
}

/** What stands right before a string's quote, in any case; `t` are template strings (3.14). */
export function isStringPrefix(text: string): boolean {
  return /^(?:[rubft]|[bft]r|r[bft])$/i.test(text);
}

/** Operators of several characters, and what these begin with. */
export const LONG_OPERATORS: ReadonlySet<string> = new Set([
  ...['==', '!=', '<=', '>=', '<>', '->', ':=', '**', '//', '<<', '>>', '..', '...'],
  ...['+=', '-=', '*=', '/=', '%=', '@=', '&=', '|=', '^=', '**=', '//=', '<<=', '>>='],
]);

const DIGITS = '\\d(?:_?\\d)*';
const WITH_POINT = `(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})`;
/** Decimal integers do not begin with 0, other than 0 itself. */
const NOT_OLD_OCTAL = '(?!0[\\d_]*[1-9][\\d_]*$)';
const NUMBER = new RegExp(
  '^(?:0[xX](?:_?[\\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|' +
    `${NOT_OLD_OCTAL}${WITH_POINT}(?:[eE][-+]?${DIGITS})?[jJ]?)$`,
);

export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/** Whether `text` is a number or what a number may begin with: `0x`, `1e-`, `1_`, `0777` (as in `0777j`). */
export function isNumberSoFar(text: string): boolean {
  return isNumber(text) || isNumber(`${text}0`) || isNumber(`${text}0j`);
}

/** `1e`, which may become `1e5` as well as `1 else`. */
export function isExponentOrElse(text: string): boolean {
  return /^[\d_.]+e$/.test(text);
}
