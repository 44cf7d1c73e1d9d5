import type { Mark } from '../protocol/marks';
import { CARRIAGE_RETURN, isBlank, isCloser, isIdentifierPart, isQuote, LINE_FEED } from '../python/characters';
import { COMPOUND_KEYWORDS, isStringPrefix, KEYWORDS, STATEMENT_KEYWORDS } from '../python/keywords';
import { type Bracket, depthOf, Lexer } from '../python/lexer';
import { isColumnOfBlock } from '../python/validity';
import type { RecitationIndex } from './recitation';

/** What a text is compared with. */
export interface MarkingContext {
  /** Names in the training files; null where they are not known: then no name is marked. */
  readonly known: { has(name: string): boolean } | null;
  /** Python's builtins. */
  readonly builtins: { has(name: string): boolean };
  /** The training files; null where they are not known: then nothing is marked as recited. */
  readonly recitation: RecitationIndex | null;
}

/**
 * Marks on `text`, which a network wrote after `prompt`, in the order of their starts. An f-string counts as a string
 * up to its next quote, with its replacement fields. In strings and comments nothing is marked but what is recited.
 *
 * - keyword: Python's hard keywords.
 * - builtin: a name of Python's `builtins`, not right after a dot.
 * - knownName, madeUpName: every other name, whether a variable, attribute, parameter or module, at every place where
 *   it stands. It is known where some training file has it as a name, or as a string that is nothing but names and
 *   dots.
 * - closed, misclosed: a closing bracket, with the depth of the innermost bracket that is open there, which it closes
 *   rightly or wrongly; without a depth where none is open.
 * - unclosed: an opening bracket, with its depth, that is open still where a line begins, no deeper than the logical
 *   line of the bracket, with a keyword that stands in statements alone. All brackets that are open there are; what
 *   follows is read as code outside them. Whether that logical line lacks a colon, nobody can tell.
 * - blockColon: the colon of a logical line that begins with the keyword of a compound statement.
 * - missingColon: the last character of such a line that ends without one.
 * - indented, misindented: the white space that begins a logical line: right where it is deeper after a line that ended
 *   with a colon, and elsewhere where it is that of an open block. Right white space of width 0 is not marked; wrong
 *   is, on the line's first character.
 * - openString: a string that its line ends in, or a triple-quoted one of an earlier line that the text ends in.
 * - recited: at least 40 characters that stand verbatim in a training file.
 *
 * A text is cut off somewhere, so nothing in its last line that may go on is marked: no word and no colon that it ends
 * in, and nothing that may come yet.
 */
export function marksOf(text: string, prompt: string, context: MarkingContext): Mark[] {
  const marks = new SyntaxMarker(prompt + text, context).marks();
  const inText = marks.flatMap((mark) => {
    const start = Math.max(0, mark.start - prompt.length);
    const end = mark.end - prompt.length;
    return start < end ? [{ ...mark, start, end }] : [];
  });
  const recited = (context.recitation?.find(text) ?? []).map(
    ({ start, end, file, line }): Mark => ({ kind: 'recited', start, end, source: { file, line } }),
  );
  return [...inText, ...recited].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Reads a text once and marks all that can be told from its syntax and words. */
class SyntaxMarker {
  readonly #source: string;
  readonly #context: MarkingContext;
  readonly #marks: Mark[] = [];
  readonly #lexer = new Lexer();
  /** Start of the physical line. */
  #lineStart = 0;
  /** End of the last character of code so far. */
  #codeEnd = 0;
  /** Start of the string that is being read, with its prefix. */
  #stringStart = 0;
  /** The token before the current one is a dot. */
  #isAfterDot = false;
  #line = NEW_LINE;
  /** Places of the brackets that were opened. */
  readonly #openers = new WeakMap<Bracket, number>();

  constructor(source: string, context: MarkingContext) {
    this.#source = source;
    this.#context = context;
  }

  marks(): Mark[] {
    for (let i = 0; i < this.#source.length; i++) {
      const unit = this.#source.charCodeAt(i);
      if (unit !== CARRIAGE_RETURN) {
        this.#read(unit, i);
      } else if (this.#source.charCodeAt(i + 1) !== LINE_FEED) {
        this.#read(LINE_FEED, i);
      }
    }
    this.#endText();
    return this.#marks;
  }

  #read(unit: number, at: number): void {
    const before = this.#lexer.fork();
    const isLost = unit === LINE_FEED && this.#isStatementNext(at);
    if (isLost) {
      this.#loseBrackets();
    }
    this.#lexer.advance(unit);
    this.#lexer.expectsBlock &&= !isLost;
    this.#closeFields();
    if (before.mode === 'string') {
      this.#readInString(before, unit, at);
    } else if (before.place === 'code') {
      this.#markIndentation(before, at);
      this.#endToken(before, unit, at);
      this.#markCloser(before, unit, at);
      this.#noteOpener(before, at);
      this.#beginString(before, at);
      this.#beginToken(before);
    }
    if (this.#lexer.mode !== 'comment' && !isBlank(unit) && unit !== LINE_FEED) {
      this.#codeEnd = at + 1;
    }
    if (before.tokens > 0 && this.#lexer.tokens === 0) {
      this.#endLogicalLine();
    }
    if (unit === LINE_FEED) {
      this.#lineStart = at + 1;
    }
  }

  /**
   * An f-string ends at its next quote, as before Python 3.12: there a field may have the same quotes and go on in the
   * next lines, and where a network leaves one open, nothing after it would be code.
   */
  #closeFields(): void {
    const { string } = this.#lexer;
    if (string?.isFormatted) {
      this.#lexer.string = { ...string, isFormatted: false };
    }
  }

  /** At the first character of a logical line. */
  #markIndentation(before: Lexer, at: number): void {
    const { mode } = this.#lexer;
    if (before.mode !== 'indent' || mode === 'indent' || mode === 'comment') {
      return;
    }
    this.#line = { ...this.#line, column: before.column };
    const isRight = isColumnOfBlock(before);
    if (this.#lineStart < at) {
      this.#mark(isRight ? 'indented' : 'misindented', this.#lineStart, at);
    } else if (!isRight) {
      this.#mark('misindented', at, at + 1);
    }
  }

  #beginToken(before: Lexer): void {
    if (this.#lexer.tokens > before.tokens) {
      this.#isAfterDot = before.token === 'operator' && before.text === '.';
    }
  }

  /** At the first character after a token. */
  #endToken(before: Lexer, unit: number, at: number): void {
    if (!before.isOpen || before.mode !== 'code') {
      return;
    }
    const isPrefix = isQuote(unit) && isStringPrefix(before.text);
    if (before.token === 'identifier' && !isIdentifierPart(unit) && !isPrefix) {
      this.#endWord(before, at - before.text.length, at);
    }
    const isLonger = this.#lexer.token === 'operator' && this.#lexer.text.length > before.text.length;
    if (before.token === 'operator' && before.text === ':' && !isLonger && before.brackets === null) {
      this.#endColon(at - 1);
    }
  }

  #endWord(before: Lexer, start: number, end: number): void {
    const { text: word, tokens, brackets } = before;
    if (KEYWORDS.has(word)) {
      this.#mark('keyword', start, end);
    } else if (!this.#isAfterDot && this.#context.builtins.has(word)) {
      this.#mark('builtin', start, end);
    } else if (this.#context.known !== null) {
      this.#mark(this.#context.known.has(word) ? 'knownName' : 'madeUpName', start, end);
    }
    if (tokens === 1) {
      this.#line = { ...this.#line, isHeader: COMPOUND_KEYWORDS.has(word) };
    }
    if (word === 'lambda' && brackets === null) {
      this.#line = { ...this.#line, lambdas: this.#line.lambdas + 1 };
    }
  }

  /** A colon outside brackets belongs to the innermost lambda, else to the statement. */
  #endColon(at: number): void {
    const { isHeader, hasColon, lambdas } = this.#line;
    if (lambdas > 0) {
      this.#line = { ...this.#line, lambdas: lambdas - 1 };
    } else if (isHeader && !hasColon) {
      this.#mark('blockColon', at, at + 1);
      this.#line = { ...this.#line, hasColon: true };
    }
  }

  #markCloser({ brackets }: Lexer, unit: number, at: number): void {
    if (!isCloser(unit)) {
      return;
    }
    const depth = brackets === null ? {} : { depth: depthOf(brackets) };
    this.#mark(brackets?.closer === unit ? 'closed' : 'misclosed', at, at + 1, depth);
  }

  #noteOpener(before: Lexer, at: number): void {
    const { brackets } = this.#lexer;
    if (depthOf(brackets) > depthOf(before.brackets)) {
      this.#openers.set(brackets!, at);
    }
  }

  /** Whether, inside brackets, the line after the line feed at `at` must be a statement, no deeper than this one. */
  #isStatementNext(at: number): boolean {
    const { mode, brackets } = this.#lexer;
    if (mode === 'string' || brackets === null) {
      return false;
    }
    const next = this.#lexer.fork();
    next.brackets = null;
    let start = at;
    do {
      next.advance(this.#source.charCodeAt(start++));
    } while (start < this.#source.length && isBlank(this.#source.charCodeAt(start)));
    let end = start;
    while (isIdentifierPart(this.#source.charCodeAt(end))) {
      end++;
    }
    // A word that the text ends in may go on.
    const isWhole = end < this.#source.length;
    return isWhole && next.column <= this.#line.column && STATEMENT_KEYWORDS.has(this.#source.slice(start, end));
  }

  /** The brackets that are open are never closed. */
  #loseBrackets(): void {
    for (let bracket = this.#lexer.brackets; bracket !== null; bracket = bracket.outer) {
      const at = this.#openers.get(bracket)!;
      this.#mark('unclosed', at, at + 1, { depth: bracket.depth });
    }
    this.#lexer.brackets = null;
    this.#line = { ...this.#line, isHeader: false };
  }

  #beginString(before: Lexer, at: number): void {
    const isThirdQuote = before.token === 'string' && before.isOpen;
    if (this.#lexer.mode === 'string' && !isThirdQuote) {
      const hasPrefix = before.token === 'identifier' && before.isOpen;
      this.#stringStart = hasPrefix ? at - before.text.length : at;
    }
  }

  #readInString({ string }: Lexer, unit: number, at: number): void {
    if (unit === LINE_FEED && !string!.isTriple && this.#lexer.mode !== 'string') {
      this.#mark('openString', this.#stringStart, at);
    }
  }

  #endLogicalLine(): void {
    const { isHeader, hasColon } = this.#line;
    if (isHeader && !hasColon) {
      this.#mark('missingColon', this.#codeEnd - 1, this.#codeEnd);
    }
    this.#line = NEW_LINE;
  }

  #endText(): void {
    const { mode, string } = this.#lexer;
    if (mode === 'string' && string!.isTriple && this.#stringStart < this.#lineStart) {
      this.#mark('openString', this.#stringStart, this.#source.length);
    }
  }

  #mark(kind: Mark['kind'], start: number, end: number, depth: { depth?: number } = {}): void {
    this.#marks.push({ kind, start, end, ...depth });
  }
}

/** Logical line so far: its column, whether it begins a compound statement, had its colon; lambdas without theirs. */
const NEW_LINE = { column: 0, isHeader: false, hasColon: false, lambdas: 0 };
