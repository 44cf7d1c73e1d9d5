import { ALPHABET_SIZE, characterOf, UNKNOWN } from '../../python/alphabet';
import { NameCheck } from './name-check';
import type { Syntax } from './syntax';
import type { Names } from './vocabulary';

/**
 * Factor on the probability of a character that makes a name up. Small enough that any known name that the expert gives
 * 2 % of the made-up one's probability is preferred; not 0, because an expert that is all but certain may know of a
 * name that nothing here has heard of.
 */
const MADE_UP = 0.02;

/** Under every probability that an expert gives. */
const LEAST = 1e-30;

/** Code unit of every symbol. */
const UNITS = Array.from({ length: ALPHABET_SIZE }, (_, symbol) => characterOf(symbol).charCodeAt(0));

/** Constraint on code that is written from some place on: Python's grammar, and names that somebody knows. */
export class Constraint {
  readonly #check: NameCheck;

  /** @param syntax where the writing begins; it goes along */
  constructor(syntax: Syntax, known: Names) {
    this.#check = new NameCheck(syntax, known);
  }

  /**
   * Factor on the probability that `symbol` comes next: 0 where Python forbids it, less than 1 where it makes a name
   * up.
   */
  factor(symbol: number): number {
    const { syntax } = this.#check;
    const unit = UNITS[symbol]!;
    const isCode = syntax.lexer.mode === 'code' || syntax.lexer.mode === 'indent';
    if ((symbol === UNKNOWN && isCode) || !syntax.allows(unit)) {
      return 0;
    }
    return this.#check.accepts(unit) ? 1 : MADE_UP;
  }

  /**
   * The probabilities [98] of the next symbol under the constraint, not normalised; all 0 only where nothing is
   * allowed.
   */
  weigh(probabilities: Float32Array): Float32Array {
    return probabilities.map((probability, symbol) => Math.max(probability, LEAST) * this.factor(symbol));
  }

  /** `symbol` is written. */
  advance(symbol: number): void {
    this.#check.advance(UNITS[symbol]!);
  }
}
