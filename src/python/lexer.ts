import {
  BACKSLASH,
  CLOSE_BRACE,
  COLON,
  closerOf,
  FORM_FEED,
  HASH,
  isBlank,
  isCloser,
  isDigit,
  isIdentifierPart,
  isQuote,
  LETTER_N,
  LINE_FEED,
  OPEN_BRACE,
  readUnits,
  SPACE,
  TAB,
} from './characters';
import { COMPOUND_KEYWORDS, isStringPrefix, isValue, LONG_OPERATORS } from './keywords';
import { isExponentOrElse, type NumberState, numberAfter, numberFrom } from './numeric-literal';

/** Properties of a string by its prefix and quotes. */
export interface StringForm {
  /** Code unit of the quote. */
  readonly quote: number;
  readonly isTriple: boolean;
  readonly isRaw: boolean;
  readonly isBytes: boolean;
  /** Has replacement fields: an f-string, or a template string. */
  readonly isFormatted: boolean;
}

/** An open bracket; a list from the innermost to the outermost. A replacement field of an f-string is one as well. */
export interface Bracket {
  /** Code unit of the character that closes it. */
  readonly closer: number;
  /**
   * String in which a replacement field stands, and whether it stands in a format specifier of that; null for other
   * brackets.
   */
  readonly field: { readonly string: StringForm; readonly inSpecifier: boolean } | null;
  readonly isInField: boolean;
  /** All that close this one or one around it, up to the replacement field that they stand in. */
  readonly closers: string;
  /** Number of open brackets from the outermost to this one. */
  readonly depth: number;
  readonly outer: Bracket | null;
}

/** Column of an open block; a list from the innermost to the module's own, which stands at 0. */
export interface Indent {
  readonly column: number;
  readonly outer: Indent | null;
}

export type TokenKind = 'none' | 'identifier' | 'number' | 'string' | 'operator' | 'opener' | 'closer';

/**
 * Role of a token in the rule that two values cannot stand side by side, though two strings can; `number` where no
 * white space stands between a number and the next token.
 */
export type Operand = 'none' | 'value' | 'string' | 'number';

/**
 * - `indent`: in the white space that begins a logical line
 * - `code`, `comment`, `string` (and format specifiers)
 * - `continuation`: right after a backslash in code
 */
export type Mode = 'indent' | 'code' | 'comment' | 'string' | 'continuation';

/** Inside a string: right after a backslash, right after `\N`, or in the name in `\N{…}`. */
export type Escape = 'none' | 'backslash' | 'name-start' | 'name';

/**
 * An incremental lexer of Python 3 that reads one UTF-16 code unit at a time and at every point tells where it is: in
 * code, a string, a comment or an f-string's replacement field; in which brackets and blocks; in which token. It never
 * fails: text that is not Python is read in some way, as in an editor. `validity.ts` tells what may come next.
 *
 * The fields are its whole state; a fork shares the lists and copies the rest. Line ends are line feeds (see `read`).
 */
export class Lexer {
  mode: Mode = 'indent';
  brackets: Bracket | null = null;
  indents: Indent = { column: 0, outer: null };
  /** Column of the next character, in `indent` mode. A tab goes to the next multiple of 8, as in Python. */
  column = 0;
  /** The last logical line ended with a colon: the next one begins a block. */
  expectsBlock = false;

  /** The current token or, where it has ended, the last one of this logical line. */
  token: TokenKind = 'none';
  /** Its characters so far, for identifiers, numbers and operators; a string's prefix. */
  text = '';
  /** State of the numeric literal, for a number. */
  number: NumberState = 'zero';
  /** The next character may still belong to it. */
  isOpen = false;
  /** Role of the token before it. */
  before: Operand = 'none';
  /** Tokens in this logical line so far. */
  tokens = 0;
  /** This logical line begins with a keyword whose statement needs a colon; it has had a colon outside brackets. */
  isHeader = false;
  hasColon = false;

  /** The string being read, or the last one. */
  string: StringForm | null = null;
  escape: Escape = 'none';
  /** Nothing has been read since the quote that opened it. */
  isEmpty = false;
  /** Quotes in a row that may be closing a triple-quoted string. */
  quotes = 0;
  /** In a format specifier, after the colon of a replacement field. */
  inSpecifier = false;
  /** After a `}` in an f-string's text: it has to be doubled. */
  isBraceOdd = false;

  /** A lexer in the same state that goes its own way. */
  fork(): Lexer {
    return Object.assign(new Lexer(), this);
  }

  /** Kind of place at which the next character stands; inside a string that itself stands in a field, `string`. */
  get place(): 'code' | 'string' | 'comment' | 'field' {
    if (this.mode === 'string' || this.mode === 'comment') {
      return this.mode;
    }
    return this.brackets?.isInField ? 'field' : 'code';
  }

  /** Reads a text; CR LF and a lone CR count as a line feed. */
  read(text: string): this {
    readUnits(this, text);
    return this;
  }

  /** Reads one code unit; not a carriage return. */
  advance(unit: number): void {
    switch (this.mode) {
      case 'code':
        this.#inCode(unit);
        break;
      case 'string':
        this.#inString(unit);
        break;
      case 'comment':
        if (unit === LINE_FEED) {
          this.#endLine();
        }
        break;
      case 'indent':
        this.#inIndent(unit);
        break;
      case 'continuation':
        this.mode = 'code';
        if (unit !== LINE_FEED) {
          this.#inCode(unit);
        }
    }
  }

  #inIndent(unit: number): void {
    if (unit === SPACE) {
      this.column++;
    } else if (unit === TAB) {
      this.column += 8 - (this.column % 8);
    } else if (unit === FORM_FEED || unit === LINE_FEED) {
      this.column = 0;
    } else if (unit === HASH) {
      this.mode = 'comment';
    } else {
      this.#openBlocks();
      this.mode = 'code';
      this.#startToken(unit);
    }
  }

  /** Opens or closes blocks as the column of a logical line's first character says. */
  #openBlocks(): void {
    while (this.indents.outer !== null && this.indents.column > this.column) {
      this.indents = this.indents.outer;
    }
    if (this.column > this.indents.column) {
      this.indents = { column: this.column, outer: this.indents };
    }
    this.expectsBlock = false;
  }

  #inCode(unit: number): void {
    if (this.isOpen && this.#goesOn(unit)) {
      return;
    }
    this.isOpen = false;
    if (!isBlank(unit)) {
      this.#startToken(unit);
    }
  }

  /** Whether `unit` belongs to the current token, which then takes it in. */
  #goesOn(unit: number): boolean {
    switch (this.token) {
      case 'identifier': {
        if (isQuote(unit) && isStringPrefix(this.text)) {
          this.#openString(unit, this.text.toLowerCase());
          return true;
        }
        if (!isIdentifierPart(unit)) {
          return false;
        }
        this.text += String.fromCharCode(unit);
        return true;
      }
      case 'number':
        return this.#numberGoesOn(unit);
      case 'operator': {
        const longer = this.text + String.fromCharCode(unit);
        if (this.text === '.' && isDigit(unit)) {
          this.token = 'number';
          this.number = 'fraction';
        } else if (!LONG_OPERATORS.has(longer)) {
          return false;
        }
        this.text = longer;
        return true;
      }
      case 'opener':
        return this.#isDoubledBrace(unit);
      case 'string':
        return this.#isThirdQuote(unit);
      default:
        return false;
    }
  }

  /** Takes in what belongs to the number, or to a keyword that touches it, as in `1else`. */
  #numberGoesOn(unit: number): boolean {
    const next = numberAfter(this.number, unit);
    const character = String.fromCharCode(unit);
    if (next !== null) {
      this.number = next;
      this.text += character;
    } else if (isIdentifierPart(unit)) {
      this.#startIdentifier(isExponentOrElse(this.number) ? `e${character}` : character);
      this.before = 'number';
    } else {
      return false;
    }
    return true;
  }

  /** Anything but white space, where no token goes on. */
  #startToken(unit: number): void {
    if (isIdentifierPart(unit)) {
      if (isDigit(unit)) {
        this.#startNumber(unit);
      } else {
        this.#startIdentifier(String.fromCharCode(unit));
      }
    } else if (isQuote(unit)) {
      this.#countToken();
      this.#openString(unit, '');
    } else if (unit === LINE_FEED) {
      this.#endLine();
    } else if (unit === HASH) {
      this.mode = 'comment';
    } else if (unit === BACKSLASH) {
      this.mode = 'continuation';
    } else if (closerOf(unit) !== 0) {
      this.#open(unit);
    } else if (isCloser(unit)) {
      this.#close(unit);
    } else if (unit === COLON && this.brackets?.field) {
      this.#resumeString(this.brackets.field.string, true);
    } else {
      this.#begin('operator', unit);
    }
  }

  #startNumber(digit: number): void {
    this.#begin('number', digit);
    this.number = numberFrom(digit);
  }

  #startIdentifier(text: string): void {
    this.#countToken();
    this.token = 'identifier';
    this.text = text;
    this.isOpen = true;
  }

  #begin(token: TokenKind, unit: number): void {
    this.#countToken();
    this.token = token;
    this.text = String.fromCharCode(unit);
    this.isOpen = true;
    if (unit === COLON && this.brackets === null) {
      this.hasColon = true;
    }
  }

  #countToken(): void {
    if (this.tokens === 1) {
      this.isHeader = this.beginsHeader();
    }
    this.before = this.operand();
    this.tokens++;
  }

  /** Whether the token is the first of a statement that needs a colon. */
  beginsHeader(): boolean {
    return this.tokens === 1 && this.token === 'identifier' && COMPOUND_KEYWORDS.has(this.text);
  }

  /** Role of the token for the one after it. */
  operand(): Operand {
    switch (this.token) {
      case 'number':
      case 'closer':
        return 'value';
      case 'string':
        return 'string';
      case 'identifier':
        return isValue(this.text) ? 'value' : 'none';
      default:
        return 'none';
    }
  }

  /** A line feed in code or at the end of a comment. */
  #endLine(): void {
    this.isOpen = false;
    this.mode = 'code';
    if (this.brackets !== null) {
      return;
    }
    this.mode = 'indent';
    this.column = 0;
    if (this.tokens === 0) {
      return;
    }
    this.expectsBlock = this.token === 'operator' && this.text === ':';
    this.token = 'none';
    this.text = '';
    this.before = 'none';
    this.tokens = 0;
    this.isHeader = false;
    this.hasColon = false;
  }

  #open(unit: number): void {
    this.#begin('opener', unit);
    const outer = this.brackets;
    const closer = closerOf(unit);
    this.brackets = {
      closer,
      field: null,
      isInField: outer?.isInField ?? false,
      closers: withCloser(outer?.closers ?? '', closer),
      depth: depthOf(outer) + 1,
      outer,
    };
  }

  #close(unit: number): void {
    const bracket = this.#closedBy(unit);
    if (bracket !== null) {
      this.brackets = bracket.outer;
    }
    if (bracket?.field) {
      this.#resumeString(bracket.field.string, bracket.field.inSpecifier);
    } else {
      this.#begin('closer', unit);
    }
  }

  /**
   * The bracket that a closer closes: the nearest that it matches, if there is one. Those inside it are closed with it,
   * so that nobody walks over them again; where none matches nobody walks at all.
   */
  #closedBy(closer: number): Bracket | null {
    let bracket = this.brackets;
    if (!bracket?.closers.includes(String.fromCharCode(closer))) {
      return null;
    }
    while (bracket !== null && bracket.closer !== closer) {
      bracket = bracket.outer;
    }
    return bracket;
  }

  #openString(quote: number, prefix: string): void {
    this.token = 'string';
    this.text = prefix;
    this.string = {
      quote,
      isTriple: false,
      isRaw: prefix.includes('r'),
      isBytes: prefix.includes('b'),
      isFormatted: prefix.includes('f') || prefix.includes('t'),
    };
    this.mode = 'string';
    this.isEmpty = true;
    this.inSpecifier = false;
    this.#resetRuns();
  }

  #resetRuns(): void {
    this.escape = 'none';
    this.quotes = 0;
    this.isBraceOdd = false;
  }

  #closeString(): void {
    this.mode = 'code';
    this.token = 'string';
    this.isOpen = this.isEmpty && !this.string!.isTriple;
    // A quote in a format specifier ends the string with its field open, which only broken code does.
    while (this.inSpecifier) {
      const field = this.brackets!.field!;
      this.brackets = this.brackets!.outer;
      this.inSpecifier = field.inSpecifier;
    }
  }

  /** The third quote in a row opens a triple-quoted string. */
  #isThirdQuote(unit: number): boolean {
    const isThird = unit === this.string!.quote;
    if (isThird) {
      this.string = { ...this.string!, isTriple: true };
      this.mode = 'string';
    }
    return isThird;
  }

  #inString(unit: number): void {
    const { quote, isTriple, isFormatted } = this.string!;
    if (this.escape !== 'none' && this.#inEscape(unit)) {
      return;
    }
    const wasEmpty = this.isEmpty;
    this.isEmpty = false;
    if (unit === quote) {
      this.isEmpty = wasEmpty;
      if (!isTriple || ++this.quotes === 3) {
        this.#closeString();
      }
      return;
    }
    this.quotes = 0;
    if (unit === BACKSLASH) {
      this.escape = 'backslash';
    } else if (unit === LINE_FEED && !isTriple) {
      this.#closeString();
      this.#inCode(unit);
    } else if (isFormatted) {
      this.#inFormatted(unit);
    }
  }

  /** Whether `unit` belongs to an escape sequence. */
  #inEscape(unit: number): boolean {
    const { isRaw, isFormatted, quote } = this.string!;
    switch (this.escape) {
      case 'backslash':
        // A brace of an f-string cannot be escaped.
        if (isFormatted && (unit === OPEN_BRACE || unit === CLOSE_BRACE)) {
          break;
        }
        this.escape = unit === LETTER_N && isFormatted && !isRaw ? 'name-start' : 'none';
        return true;
      case 'name-start':
        if (unit !== OPEN_BRACE) {
          break;
        }
        this.escape = 'name';
        return true;
      case 'name':
        if (unit === LINE_FEED || unit === quote) {
          break;
        }
        if (unit === CLOSE_BRACE) {
          this.escape = 'none';
        }
        return true;
    }
    this.escape = 'none';
    return false;
  }

  /** A character of an f-string outside its replacement fields, but perhaps in a format specifier. */
  #inFormatted(unit: number): void {
    if (this.isBraceOdd) {
      this.isBraceOdd = false;
    } else if (unit === OPEN_BRACE) {
      this.#openField();
    } else if (unit === CLOSE_BRACE) {
      if (this.inSpecifier) {
        this.#close(unit);
      } else {
        this.isBraceOdd = true;
      }
    }
  }

  #openField(): void {
    const field = { string: this.string!, inSpecifier: this.inSpecifier };
    const outer = this.brackets;
    const closers = withCloser('', CLOSE_BRACE);
    this.brackets = { closer: CLOSE_BRACE, field, isInField: true, closers, depth: depthOf(outer) + 1, outer };
    this.inSpecifier = false;
    this.mode = 'code';
    this.#begin('opener', OPEN_BRACE);
  }

  /** `{{` in an f-string's text is no replacement field. */
  #isDoubledBrace(unit: number): boolean {
    const field = this.brackets?.field;
    if (unit !== OPEN_BRACE || !field || field.inSpecifier) {
      return false;
    }
    this.brackets = this.brackets!.outer;
    this.#resumeString(field.string, false);
    return true;
  }

  /** Goes on in a formatted string after a replacement field or, in the field's format specifier, after its colon. */
  #resumeString(string: StringForm, inSpecifier: boolean): void {
    this.string = string;
    this.mode = 'string';
    this.token = 'string';
    this.text = '';
    this.isEmpty = false;
    this.inSpecifier = inSpecifier;
    this.#resetRuns();
  }
}

/** Number of open brackets. */
export function depthOf(innermost: Bracket | null): number {
  return innermost?.depth ?? 0;
}

function withCloser(closers: string, closer: number): string {
  const character = String.fromCharCode(closer);
  return closers.includes(character) ? closers : closers + character;
}
