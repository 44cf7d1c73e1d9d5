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

/** Keywords that stand in statements alone: where a line begins with one, no bracket can be open. */
export const STATEMENT_KEYWORDS: ReadonlySet<string> = new Set([
  ...['assert', 'break', 'class', 'continue', 'def', 'del', 'elif', 'except', 'finally', 'global', 'import'],
  ...['nonlocal', 'pass', 'raise', 'return', 'try', 'while', 'with'],
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

/** Whether the text is a prefix of strings, in any case; `t` are template strings (3.14). */
export function isStringPrefix(text: string): boolean {
  return text.length <= 2 && /^(?:[rubft]|[bft]r|r[bft])$/i.test(text);
}

/** Operators of several characters, and what these begin with. */
export const LONG_OPERATORS: ReadonlySet<string> = new Set([
  ...['==', '!=', '<=', '>=', '<>', '->', ':=', '**', '//', '<<', '>>', '..', '...'],
  ...['+=', '-=', '*=', '/=', '%=', '@=', '&=', '|=', '^=', '**=', '//=', '<<=', '>>='],
]);
