import { characterOf, LINE_FEED, UNKNOWN } from '../text/alphabet';
import type { Constraint } from './code-aware/constraint';
import type { Reader } from './expert';
import type { Reading } from './reading';

export interface Character {
  readonly text: string;
  /** Probability that it comes after everything before it: the expert's, under the constraint. */
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
 * document before the cursor, of which `before` is the end; it goes along.
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
    const { symbol, probability } = mostProbable(reader.probabilities, constraint);
    if (symbol === UNKNOWN) break;
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

/** As much of a continuation as would have been written without `wholeLine`. */
export function upToFloor({ characters, endsLine }: Continuation, floor: number): Continuation {
  let cumulative = 1;
  const last = characters.findIndex(({ probability }) => {
    cumulative *= probability;
    return cumulative < floor;
  });
  return last < 0 ? { characters, endsLine } : { characters: characters.slice(0, last + 1), endsLine: false };
}

/** Less likely characters are not worth asking the constraint about: together they are less than 1 %. */
const NEGLIGIBLE = 1e-4;

/**
 * The most probable symbol under the constraint, unknown where it leaves none. Its probability is renormalised over what the
 * constraint leaves, because that is what turns out true: on held-out Django, with a small network, the most probable symbol
 * was right in 68 % of all places (expert's own probability 61 %, renormalised 66 %), and in 78 % of those where more than
 * a tenth would have made up a name (41 %, 75 %).
 */
function mostProbable(probabilities: Float32Array, constraint: Constraint): { symbol: number; probability: number } {
  let symbol = UNKNOWN;
  let most = 0;
  let total = 0;
  for (let candidate = 0; candidate < probabilities.length; candidate++) {
    const isNegligible = probabilities[candidate] < NEGLIGIBLE;
    const weight = probabilities[candidate] * (isNegligible ? 1 : constraint.factor(candidate));
    total += weight;
    if (!isNegligible && weight > most) [symbol, most] = [candidate, weight];
  }
  return { symbol, probability: most / total };
}
