import {
  BACKSLASH,
  CLOSE_BRACE,
  COLON,
  COMMA,
  closerOf,
  EQUALS,
  EXCLAMATION,
  HASH,
  isAscii,
  isBlank,
  isCloser,
  isDigit,
  isIdentifierPart,
  isQuote,
  LINE_FEED,
  OPEN_BRACE,
  SEMICOLON,
  SLASH,
} from './characters';
import { AFTER_NUMBER_KEYWORDS, INFIX_KEYWORDS, isStringPrefix, LONG_OPERATORS, mayEndLine } from './keywords';
import type { Lexer, Operand } from './lexer';
import { isExponentOrElse, isNumber, type NumberState, numberAfter } from './numeric-literal';

/**
 * Whether valid Python 3 may go on with this character. Errs on the side of yes: what is forbidden is never valid
 * (a bracket closed by the wrong one, a line feed in a string, a dedent to no block, two values side by side …), but
 * much that is allowed is not valid either.
 *
 * @param unit UTF-16 code unit; line ends are line feeds
 */
export function allows(lexer: Lexer, unit: number): boolean {
  switch (lexer.mode) {
    case 'comment':
      return true;
    case 'continuation':
      return unit === LINE_FEED;
    case 'string':
      return stringAllows(lexer, unit);
    case 'indent':
      return indentAllows(lexer, unit);
    case 'code':
      return codeAllows(lexer, unit);
  }
}

function stringAllows(lexer: Lexer, unit: number): boolean {
  const { quote, isTriple, isBytes } = lexer.string!;
  if (isBytes && !isAscii(unit)) {
    return false;
  }
  if (lexer.escape === 'backslash') {
    return true;
  }
  if (lexer.escape === 'name-start') {
    return unit === OPEN_BRACE;
  }
  if (lexer.escape === 'name') {
    return unit !== LINE_FEED && unit !== quote;
  }
  if (lexer.isBraceOdd) {
    return unit === CLOSE_BRACE;
  }
  if (unit === LINE_FEED) {
    return isTriple;
  }
  const endsString = unit === quote && (!isTriple || lexer.quotes === 2);
  return !(endsString && lexer.inSpecifier);
}

/** Blank lines and comments may stand at any column, the first token of a logical line where a block is or begins. */
function indentAllows(lexer: Lexer, unit: number): boolean {
  if (isBlank(unit) || unit === LINE_FEED || unit === HASH) {
    return true;
  }
  // After a backslash in the first column, the column is counted in the next line.
  if (unit === BACKSLASH && lexer.column === 0) {
    return true;
  }
  return isColumnOfBlock(lexer) && mayStartToken(lexer, unit);
}

/**
 * Whether a logical line may begin at the lexer's column: where a block is due further right than the one around it,
 * else at the column of an open block.
 */
export function isColumnOfBlock({
  column,
  indents,
  expectsBlock,
}: Pick<Lexer, 'column' | 'indents' | 'expectsBlock'>): boolean {
  if (expectsBlock) {
    return column > indents.column;
  }
  let indent: Lexer['indents'] | null = indents;
  while (indent !== null && indent.column > column) {
    indent = indent.outer;
  }
  return indent?.column === column;
}

function codeAllows(lexer: Lexer, unit: number): boolean {
  return (lexer.isOpen ? openTokenAllows(lexer, unit) : null) ?? mayStartToken(lexer, unit);
}

/** Whether the current token may go on with `unit`; null where it may, and does, end before it. */
function openTokenAllows(lexer: Lexer, unit: number): boolean | null {
  const { text, before } = lexer;
  const longer = text + String.fromCharCode(unit);
  switch (lexer.token) {
    case 'identifier':
      if (isIdentifierPart(unit)) {
        return mayFollow(before, longer);
      }
      if (isQuote(unit) && isStringPrefix(text)) {
        return before === 'none' || before === 'string';
      }
      return before === 'none' || keywordsAfter(before).includes(text) ? null : false;
    case 'number':
      return numberAllows(lexer.number, unit);
    case 'operator':
      if (text === '!') {
        return unit === EQUALS || (isInField(lexer) && /[rsa]/.test(longer));
      }
      if (text === '.' && isDigit(unit)) {
        return before !== 'value';
      }
      return LONG_OPERATORS.has(longer) ? true : null;
    case 'opener':
      return unit === OPEN_BRACE && isInField(lexer) ? true : null;
    case 'string':
      return unit === lexer.string!.quote ? true : null;
    default:
      return null;
  }
}

/** The same, where the token is a number, which a keyword may touch. */
function numberAllows(number: NumberState, unit: number): boolean | null {
  if (numberAfter(number, unit) !== null) {
    return true;
  }
  const character = String.fromCharCode(unit);
  if (isExponentOrElse(number)) {
    return isIdentifierPart(unit) && mayFollow('number', `e${character}`);
  }
  if (!isNumber(number)) {
    return false;
  }
  return isIdentifierPart(unit) ? mayFollow('number', character) : null;
}

/** Whether a word that begins like this may stand after `operand`. */
function mayFollow(operand: Operand, wordSoFar: string): boolean {
  if (operand === 'none' || keywordsAfter(operand).some((word) => word.startsWith(wordSoFar))) {
    return true;
  }
  return operand === 'string' && isStringPrefix(wordSoFar);
}

function keywordsAfter(operand: Operand): string[] {
  return operand === 'number' ? AFTER_NUMBER_KEYWORDS : INFIX_KEYWORDS;
}

function mayStartToken(lexer: Lexer, unit: number): boolean {
  if (isBlank(unit) || unit === BACKSLASH) {
    return true;
  }
  if (unit === LINE_FEED || unit === HASH) {
    return lexer.brackets !== null || mayEndLogicalLine(lexer);
  }
  const operand = lexer.operand();
  if (isQuote(unit)) {
    return operand !== 'value';
  }
  if (isDigit(unit)) {
    return operand === 'none';
  }
  if (isIdentifierPart(unit)) {
    return mayFollow(operand, String.fromCharCode(unit));
  }
  if (closerOf(unit) !== 0) {
    return unit !== OPEN_BRACE || operand === 'none';
  }
  if (isCloser(unit)) {
    return mayClose(lexer, unit);
  }
  return mayStartOperator(lexer, unit);
}

function mayEndLogicalLine(lexer: Lexer): boolean {
  const needsColon = (lexer.isHeader || lexer.beginsHeader()) && !lexer.hasColon;
  return !needsColon && !needsMore(lexer);
}

/** Only the bracket that is open, and only after something complete. */
function mayClose(lexer: Lexer, unit: number): boolean {
  if (lexer.brackets?.closer !== unit) {
    return false;
  }
  if (!isInField(lexer)) {
    return !needsMore(lexer);
  }
  return lexer.token !== 'opener' && (!needsMore(lexer) || lexer.text === '=');
}

/** After the token there must be more of an expression or statement: it is an operator or a keyword of that kind. */
function needsMore({ token, text }: Lexer): boolean {
  if (token === 'identifier') {
    return !mayEndLine(text);
  }
  return token === 'operator' && !['...', ',', ':', ';', '*', '/'].includes(text);
}

function mayStartOperator(lexer: Lexer, unit: number): boolean {
  const { token, text, brackets } = lexer;
  const isFirst = lexer.tokens === 0;
  switch (unit) {
    case COMMA:
      return !isFirst && token !== 'opener' && text !== ',' && !needsMore(lexer);
    case COLON:
      if (token === 'opener') {
        return text === '[';
      }
      return !isFirst && !(token === 'operator' && needsMore(lexer) && !isInField(lexer));
    case SEMICOLON:
      return !isFirst && brackets === null && !needsMore(lexer);
    case EXCLAMATION:
      return endsValue(lexer) || (isInField(lexer) && text === '=');
    case SLASH:
      return endsValue(lexer) || text === ',';
  }
  const character = String.fromCharCode(unit);
  if (unit === EQUALS) {
    return endsValue(lexer) || text === ',';
  }
  if ('%&|^<>'.includes(character)) {
    return endsValue(lexer);
  }
  return '.+-*~'.includes(character) || (character === '@' && (isFirst || endsValue(lexer)));
}

/** Whether the token may be the end of a value. */
function endsValue({ token, text }: Lexer): boolean {
  switch (token) {
    case 'identifier':
      return mayEndLine(text);
    case 'operator':
      return text === '...';
    default:
      return token === 'number' || token === 'string' || token === 'closer';
  }
}

/** Directly in a replacement field, not in brackets inside it. */
function isInField({ brackets }: Lexer): boolean {
  return brackets !== null && brackets.field !== null;
}
