import { COLON, COMMA, EQUALS, isBlank, isIdentifierPart, isQuote } from '../../python/characters';
import { isStringPrefix } from '../../python/keywords';
import type { Syntax } from './syntax';
import { type Names, Vocabulary } from './vocabulary';

/** Code unit of `*`. */
const STAR = 42;

const NONE: ReadonlySet<string> = new Set();

/** Longer names are not checked: each question about one takes as long as it is. No suggestion has room for one. */
const LONGEST_NAME = 250;

/**
 * Follows text as it is written and tells which names in it are made up: referred to, but neither known nor introduced
 * in it. A name begun before it that is unknown already is the person's own affair.
 */
export class NameCheck {
  /** Syntactic state at the end of the text; it goes along. */
  readonly syntax: Syntax;
  readonly #known: Names;
  #introduced = Vocabulary.of([]);
  /** Characters written. */
  #length = 0;
  /** Start of the current name in what is written; 0 where it was begun before. */
  #start = 0;
  #isOwnAffair: boolean;
  /** Start of the first made-up name. */
  #madeUp: number | null = null;
  /** The same, for a name that this statement introduces if it turns out to be an assignment. */
  #undecided: number | null = null;

  constructor(syntax: Syntax, known: Names) {
    this.syntax = syntax;
    this.#known = known;
    const name = this.#name();
    this.#isOwnAffair = name !== null && !known.hasPrefix(name);
  }

  /** Start of the first made-up name if what is written ends here; null where there is none. */
  get firstMadeUp(): number | null {
    const name = this.#name();
    const current = name !== null && this.#role(name) !== 'fine' ? this.#start : null;
    return this.#madeUp ?? this.#undecided ?? current;
  }

  /** False for a character with which a name is made up. */
  accepts(unit: number): boolean {
    const name = this.#name();
    if (name !== null && this.#goesOn(name, unit)) {
      return !isIdentifierPart(unit) || this.#mayBecomeKnown(name + String.fromCharCode(unit));
    }
    const role = name === null ? 'fine' : this.#role(name);
    if (role === 'made-up') {
      return false;
    }
    return (role === 'fine' && this.#undecided === null) || this.#mayBeTarget(unit);
  }

  /** Writes a character. */
  advance(unit: number): void {
    const name = this.#name();
    const isOver = name !== null && !this.#goesOn(name, unit);
    if (isOver) {
      this.#end(name);
    }
    if (name === null || isOver) {
      this.#start = this.#length;
      this.#isOwnAffair = false;
    }
    this.#decide(unit);
    this.syntax.advance(unit);
    this.#length++;
  }

  /** The name that is being written, or null. */
  #name(): string | null {
    const { mode, token, isOpen, text } = this.syntax.lexer;
    return mode === 'code' && token === 'identifier' && isOpen ? text : null;
  }

  /** A quote after a string's prefix shows that the name is none. */
  #goesOn(name: string, unit: number): boolean {
    return isIdentifierPart(unit) || (isQuote(unit) && isStringPrefix(name));
  }

  #mayBecomeKnown(name: string): boolean {
    if (this.#isUnchecked(name) || this.#known.hasPrefix(name) || this.#introduced.hasPrefix(name)) {
      return true;
    }
    return isStringPrefix(name) || this.syntax.site !== 'reference';
  }

  /** Verdict on the current name, if it ends now. */
  #role(name: string): 'fine' | 'undecided' | 'made-up' {
    if (this.#isUnchecked(name) || this.#isKnown(name)) {
      return 'fine';
    }
    switch (this.syntax.site) {
      case 'binding':
        return 'fine';
      case 'target':
        return 'undecided';
      case 'reference':
        return 'made-up';
    }
  }

  #isUnchecked(name: string): boolean {
    return this.#isOwnAffair || name.length > LONGEST_NAME;
  }

  #isKnown(name: string): boolean {
    return this.#known.has(name) || this.#introduced.has(name);
  }

  #end(name: string): void {
    const role = this.#role(name);
    if (role === 'made-up') {
      this.#madeUp ??= this.#start;
    } else if (role === 'undecided') {
      this.#undecided ??= this.#start;
    }
    if (role !== 'made-up' && !this.#isKnown(name)) {
      this.#introduced = this.#introduced.changed([name], NONE);
    }
  }

  /** Whether an undecided name is introduced here, or made up. */
  #decide(unit: number): void {
    if (this.#undecided === null || (this.#name() !== null && isIdentifierPart(unit))) {
      return;
    }
    if (!this.#mayBeTarget(unit)) {
      this.#madeUp ??= this.#undecided;
    }
    if (!this.#mayBeTarget(unit) || unit === EQUALS || unit === COLON) {
      this.#undecided = null;
    }
  }

  /** Whether the statement may be an assignment or annotation still, after an undecided name. */
  #mayBeTarget(unit: number): boolean {
    if (isBlank(unit) || unit === EQUALS || unit === COMMA || unit === COLON) {
      return true;
    }
    const { token, text } = this.syntax.lexer;
    const isNext = token === 'operator' && (text === ',' || text === '*');
    return isNext && (isIdentifierPart(unit) || unit === STAR);
  }
}
