import type { Predictor } from '../engine/engine';
import type { Random } from '../model/random';
import { decode, encode, LINE_FEED_SYMBOL } from '../python/alphabet';
import { type SamplingConstraint, type SamplingMethod, sampleSymbol } from './sampling';

export interface GenerateOptions {
  /** Rejects the promise with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Stands after the prompt; it goes along. Without one the network writes what it likes. */
  readonly constraint?: SamplingConstraint | undefined;
  /** Is told each character as it is written, and waited for. */
  readonly onCharacter?: ((character: string) => Promise<void>) | undefined;
}

/** `length` characters that the network writes after `prompt` (an empty prompt is read as the start of a line). */
export async function generate(
  predictor: Predictor,
  prompt: string,
  length: number,
  how: SamplingMethod,
  random: Random,
  { signal, constraint, onCharacter }: GenerateOptions = {},
): Promise<string> {
  const state = predictor.initialState();
  const read = encode(prompt);
  let probabilities = await predictor.read(state, read.length > 0 ? read : Uint8Array.of(LINE_FEED_SYMBOL));
  const written = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    signal?.throwIfAborted();
    const symbol = sampleSymbol(constraint?.weigh(probabilities) ?? probabilities, random, how);
    constraint?.advance(symbol);
    written[i] = symbol;
    await onCharacter?.(decode(written.subarray(i, i + 1)));
    if (i + 1 < length) {
      probabilities = await predictor.read(state, written.subarray(i, i + 1));
    }
  }
  return decode(written);
}
