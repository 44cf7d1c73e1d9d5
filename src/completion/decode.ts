import { characterOf, LINE_FEED, UNKNOWN } from '../text/alphabet';
import type { Lexer } from '../text/lexer';
import { allowsSymbol } from '../text/validity';
import type { Reader } from './expert';
import type { Reading } from './reading';

export interface Character {
  readonly text: string;
  /** Probability the expert gave it after everything before it. */
  readonly probability: number;
}

/** What the expert would write on the rest of the line. */
export interface Continuation {
  readonly characters: readonly Character[];
  /** The expert ended the line itself after the last character. */
  readonly endsLine: boolean;
}

/** No line is continued further than this. */
const LONGEST = 120;

/**
 * The most probable character after `before` that valid Python may go on with, again and again, to the line end or to the
 * first character (included) with which the probability of the whole falls under `floor`. `lexer` stands after all of the
 * document before the cursor, of which `before` is the end; it goes along.
 */
export async function decode(
  reading: Reading<Reader>,
  before: string,
  lexer: Lexer,
  floor: number,
  signal?: AbortSignal,
): Promise<Continuation> {
  const characters: Character[] = [];
  let reader = await reading.read(before, signal);
  let cumulative = 1;
  while (characters.length < LONGEST) {
    const symbol = mostProbable(reader.probabilities, lexer);
    if (symbol === LINE_FEED) return { characters, endsLine: true };
    if (symbol === UNKNOWN) break;
    const text = characterOf(symbol);
    const probability = reader.probabilities[symbol];
    characters.push({ text, probability });
    cumulative *= probability;
    if (cumulative < floor) break;
    signal?.throwIfAborted();
    lexer.read(text);
    reader = await reading.imagine(before.length + characters.length - 1, text);
  }
  return { characters, endsLine: false };
}

/** Unknown where nothing is allowed. */
function mostProbable(probabilities: Float32Array, lexer: Lexer): number {
  let best = UNKNOWN;
  for (let symbol = 1; symbol < probabilities.length; symbol++) {
    if (probabilities[symbol] > probabilities[best] && allowsSymbol(lexer, symbol)) best = symbol;
  }
  return best;
}
