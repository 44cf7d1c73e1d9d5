import { Lexer } from '../../src/python/lexer';
import { allows } from '../../src/python/validity';

/** What Python's tokenizer sees in a text; printed by test/fixtures/lexer/tokens.py, which says more. */
export interface PythonTokens {
  source: string;
  /** For every line: open brackets and indentation at its end; null inside a string. */
  lines: ([number, number] | null)[];
  tokens: string[];
}

/** Where the lexer or its checks disagree with Python on a text that Python can parse: nothing, if all is well. */
export function disagreements({ source, lines, tokens }: PythonTokens): string[] {
  const found: string[] = [];
  const lexer = new Lexer();
  const seen = new TokenList();
  let line = 0;
  let lineStart = 0;
  for (let i = 0; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    if (!allows(lexer, unit)) {
      found.push(`line ${line + 1}: forbids ${JSON.stringify(source.slice(lineStart, i + 1))}`);
    }
    seen.read(lexer, unit);
    if (unit !== LINE_FEED) {
      continue;
    }
    const mine = JSON.stringify(stateOf(lexer));
    const theirs = JSON.stringify(lines[line]);
    if (mine !== theirs) {
      found.push(`line ${line + 1} ends with ${mine}, not ${theirs}: ${source.slice(lineStart, i)}`);
    }
    line++;
    lineStart = i + 1;
  }
  const different = Array.from({ length: Math.max(tokens.length, seen.list.length) }, (_, index) => index).find(
    (index) => tokens[index] !== seen.list[index],
  );
  if (different !== undefined) {
    found.push(`token ${different} is ${seen.list[different]}, not ${tokens[different]}`);
  }
  return found;
}

const LINE_FEED = 10;

/** Brackets outside any string and indentation; null inside a string or one of its replacement fields. */
function stateOf(lexer: Lexer): [number, number] | null {
  if (lexer.mode === 'string' || lexer.brackets?.isInField) {
    return null;
  }
  let depth = 0;
  for (let bracket = lexer.brackets; bracket !== null; bracket = bracket.outer) {
    depth++;
  }
  return [depth, lexer.indents.column];
}

/** The tokens that a lexer sees, told as Python's are in `PythonTokens`. */
class TokenList {
  readonly list: string[] = [];
  /** The last character read was of an operator or bracket. */
  #touches = false;

  /** Lets the lexer read one character and notes what it becomes. */
  read(lexer: Lexer, unit: number): void {
    const wasString = lexer.mode === 'string' || lexer.brackets?.isInField === true;
    const before = lexer.tokens;
    lexer.advance(unit);
    const isString = lexer.mode === 'string' || lexer.brackets?.isInField === true;
    const touched = this.#touches;
    this.#touches = false;
    if (isString && !wasString) {
      this.#startString(lexer, before);
    }
    if (isString || wasString || !lexer.isOpen) {
      return;
    }
    const isNew = lexer.tokens !== before;
    switch (lexer.token) {
      case 'identifier':
      case 'number':
        if (lexer.text.startsWith('.') && lexer.text.length === 2) {
          this.#startFraction();
        } else if (isNew) {
          this.#startWord(lexer.text);
        }
        this.list[this.list.length - 1] = lexer.text;
        break;
      case 'operator':
      case 'opener':
      case 'closer':
        if (!touched) {
          this.list.push('');
        }
        this.list[this.list.length - 1] += String.fromCharCode(unit);
        this.#touches = true;
    }
  }

  #startString(lexer: Lexer, tokensBefore: number): void {
    // A third quote goes on with the string of the first; a prefix was taken for an identifier.
    if (lexer.tokens !== tokensBefore) {
      this.list.push("''");
    } else {
      this.list[this.list.length - 1] = "''";
    }
  }

  #startWord(text: string): void {
    // `1else`, whose e the number before took for its exponent's.
    if (text.length === 2) {
      this.list.push(this.list.pop()!.slice(0, -1));
    }
    this.list.push('');
  }

  /** `.5`, of which the point was taken for an operator. */
  #startFraction(): void {
    const operators = this.list.pop()!.slice(0, -1);
    if (operators !== '') {
      this.list.push(operators);
    }
    this.list.push('');
  }
}
