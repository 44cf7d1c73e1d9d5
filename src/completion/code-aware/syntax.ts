import { readUnits, SPACE, TAB } from '../../python/characters';
import { Lexer } from '../../python/lexer';
import { allows } from '../../python/validity';
import { type Site, START, siteOfName, withToken } from './statement';

/**
 * Syntactic state at the end of a text of Python code: its lexer, and what else it takes to tell what may be written
 * next.
 */
export class Syntax {
  readonly #lexer: Lexer;
  /** State of the logical line before its current or last token, and the text of the token before that. */
  #statement = START;
  #before = '';
  /** White space before the last logical line that had a token. */
  #indentation = '';
  /** White space so far in a line that has nothing else yet. */
  #blank = '';

  constructor(lexer = new Lexer()) {
    this.#lexer = lexer;
  }

  get lexer(): Lexer {
    return this.#lexer;
  }

  /** Role of the current or last token, if it is a name. */
  get site(): Site {
    return siteOfName(this.#statement, this.#before, this.#lexer.brackets);
  }

  /** Another one at the same place that goes its own way. */
  fork(): Syntax {
    const fork = new Syntax(this.#lexer.fork());
    fork.#statement = this.#statement;
    fork.#before = this.#before;
    fork.#indentation = this.#indentation;
    fork.#blank = this.#blank;
    return fork;
  }

  /** Reads a text; CR LF and a lone CR count as a line feed. */
  read(text: string): this {
    readUnits(this, text);
    return this;
  }

  /** Reads one UTF-16 code unit; not a carriage return. */
  advance(unit: number): void {
    const lexer = this.#lexer;
    const { mode, tokens, token: kind, text, brackets, isHeader: isInHeader } = lexer;
    lexer.advance(unit);
    if (mode === 'indent') {
      this.#readIndent(unit);
    }
    if (lexer.tokens === tokens) {
      return;
    }
    const isFirst = tokens === 0 || lexer.tokens === 0;
    this.#statement = isFirst ? START : withToken(this.#statement, { kind, text, brackets, isInHeader });
    this.#before = isFirst || kind === 'string' ? '' : text;
  }

  #readIndent(unit: number): void {
    if (unit === SPACE || unit === TAB) {
      this.#blank += String.fromCharCode(unit);
      return;
    }
    const { mode } = this.#lexer;
    if (mode !== 'indent' && mode !== 'comment') {
      this.#indentation = this.#blank;
    }
    this.#blank = '';
  }

  /**
   * Whether code may go on with this character: what Python allows, but no line further to the right than a block can
   * stand, be it a comment's, and its white space like that of the lines above.
   */
  allows(unit: number): boolean {
    const isIndenting = this.#lexer.mode === 'indent' && (unit === SPACE || unit === TAB);
    return isIndenting ? this.#mayIndent(unit) : allows(this.#lexer, unit);
  }

  #mayIndent(unit: number): boolean {
    const above = this.#indentation;
    if (this.#blank.length >= above.length) {
      return this.#lexer.expectsBlock;
    }
    return above.charCodeAt(this.#blank.length) === unit;
  }
}
