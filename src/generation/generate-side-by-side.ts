import type { Predictor } from '../engine/engine';
import type { Random } from '../model/random';
import { ALPHABET_SIZE, decode, encode, LINE_FEED_SYMBOL } from '../python/alphabet';
import { type SamplingMethod, sampleSymbol } from './sampling';

/**
 * `length` characters after each of several prompts, written in one batch: what `generate` writes after each by itself,
 * as far as the engine computes a row of a batch as it computes one alone.
 */
export async function generateSideBySide(
  predictor: Predictor,
  streams: readonly { readonly prompt: string; readonly random: Random }[],
  length: number,
  how: SamplingMethod,
  signal?: AbortSignal,
): Promise<string[]> {
  const states = streams.map(() => predictor.initialState());
  const probabilities = new Float32Array(streams.length * ALPHABET_SIZE);
  for (const [row, { prompt }] of streams.entries()) {
    const read = encode(prompt);
    const symbols = read.length > 0 ? read : Uint8Array.of(LINE_FEED_SYMBOL);
    probabilities.set(await predictor.read(states[row]!, symbols), row * ALPHABET_SIZE);
  }
  const written = streams.map(() => new Uint8Array(length));
  for (let i = 0; i < length; i++) {
    signal?.throwIfAborted();
    const symbols = Uint8Array.from(streams, ({ random }, row) =>
      sampleSymbol(probabilities.subarray(row * ALPHABET_SIZE, (row + 1) * ALPHABET_SIZE), random, how),
    );
    for (const [row, text] of written.entries()) {
      text[i] = symbols[row]!;
    }
    if (i + 1 < length) {
      probabilities.set(await predictor.readBatch(states, symbols));
    }
  }
  return written.map((text) => decode(text));
}
