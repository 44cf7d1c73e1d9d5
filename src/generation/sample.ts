import type { Predictor } from '../engine/engine';
import { Random } from '../model/random';
import { type GenerateOptions, generate } from './generate';
import type { SamplingMethod } from './sampling';

/** Every sample starts where a line starts. */
export const SAMPLE_PROMPT = '\n';

/**
 * Sample of `length` characters that a network writes at an epoch. The seed gives the same random numbers every time,
 * so that samples of different epochs, raw and code-aware ones, can be compared.
 */
export async function writeSample(
  predictor: Predictor,
  { epoch, length, seed }: { epoch: number; length: number; seed: number },
  options: GenerateOptions,
): Promise<string> {
  return await generate(predictor, SAMPLE_PROMPT, length, samplingAt(epoch), new Random(seed), options);
}

/** The talk's way: from the 10 most probable characters in the first epoch, then from the 2 most probable. */
function samplingAt(epoch: number): SamplingMethod {
  return { top: epoch <= 1 ? 10 : 2 };
}
