import { characterOf, LINE_FEED, UNKNOWN } from '../text/alphabet';
import type { Constraint } from './code-aware/constraint';
import type { Reader } from './expert';
import type { Reading } from './reading';

export interface Character {
  readonly text: string;
  /** Probability the expert gave it after everything before it. */
  readonly probability: number;
}

/** What the expert would write. */
export interface Continuation {
  readonly characters: readonly Character[];
  /** The expert ended the line after the last character, which is where the continuation stops. */
  readonly endsLine: boolean;
}

export interface DecodingOptions {
  /** The continuation stops at the first character (included) with which the probability of the whole falls under this. */
  readonly floor: number;
  /** However unsure, go on to the line end. */
  readonly wholeLine: boolean;
  /** Go on over line ends; else the first one is the end. */
  readonly severalLines: boolean;
  /** Rejects the promise. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the continuation where it is. */
  readonly hurry?: AbortSignal | undefined;
}

/** No continuation is longer. */
const LONGEST = 240;

/**
 * The most probable character after `before` under the constraint, again and again. `constraint` stands after all of the
 * document before the cursor, of which `before` is the end; it goes along. Probabilities stay the expert's own: where it
 * would rather have written something else, it is as unsure as it was.
 */
export async function decode(
  reading: Reading<Reader>,
  before: string,
  constraint: Constraint,
  { floor, wholeLine, severalLines, signal, hurry }: DecodingOptions,
): Promise<Continuation> {
  const characters: Character[] = [];
  let reader = await reading.read(before, signal);
  let cumulative = 1;
  while (characters.length < LONGEST && !hurry?.aborted) {
    const symbol = mostProbable(reader.probabilities, constraint);
    if (symbol === UNKNOWN) break;
    const probability = reader.probabilities[symbol];
    cumulative *= probability;
    const isSure = cumulative >= floor;
    if (symbol === LINE_FEED && !(severalLines && isSure)) return { characters, endsLine: true };
    const text = characterOf(symbol);
    characters.push({ text, probability });
    if (!isSure && !wholeLine) break;
    signal?.throwIfAborted();
    constraint.advance(symbol);
    reader = await reading.imagine(before.length + characters.length - 1, text);
  }
  return { characters, endsLine: false };
}

/** Unknown where nothing is allowed. */
function mostProbable(probabilities: Float32Array, constraint: Constraint): number {
  let best = UNKNOWN;
  let most = probabilities[UNKNOWN];
  for (let symbol = 1; symbol < probabilities.length; symbol++) {
    if (probabilities[symbol] <= most) continue;
    const weight = probabilities[symbol] * constraint.factor(symbol);
    if (weight > most) [best, most] = [symbol, weight];
  }
  return best;
}
