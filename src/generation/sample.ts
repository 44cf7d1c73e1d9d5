import type { Predictor } from '../engine/engine';
import { Random } from '../model/random';
import { type GenerateOptions, generate } from './generate';
import { generateSideBySide } from './generate-side-by-side';
import type { SamplingMethod } from './sampling';

/** Prompt of the sample that stands for all where there is room for one: the start of a line, as of an empty file. */
export const SAMPLE_PROMPT = '\n';

/** Prompts that samples are written after in every training; people add their own. */
const SAMPLE_PROMPTS: readonly string[] = [SAMPLE_PROMPT, 'def ', 'class ', 'import '];

/** The same at all epochs, so that samples differ by what was learnt alone (docs/decisions/0026). */
const SAMPLING: SamplingMethod = { temperature: 0.7 };

/** Prompts of a training with `own` ones, each once. */
export function samplePrompts(own: readonly string[]): string[] {
  return [...new Set([...SAMPLE_PROMPTS, ...own])];
}

/**
 * Samples of `length` characters after each prompt, written side by side. The seed gives the same random numbers every
 * time and for every prompt, so that samples of different epochs, raw and code-aware ones, can be compared.
 */
export async function writeSamples(
  predictor: Predictor,
  { prompts, length, seed }: { prompts: readonly string[]; length: number; seed: number },
  signal?: AbortSignal,
): Promise<string[]> {
  const streams = prompts.map((prompt) => ({ prompt, random: new Random(seed) }));
  return await generateSideBySide(predictor, streams, length, SAMPLING, signal);
}

/** The sample that `writeSamples` writes after a prompt, by itself and perhaps under a constraint. */
export async function writeSample(
  predictor: Predictor,
  { prompt, length, seed }: { prompt: string; length: number; seed: number },
  options: GenerateOptions,
): Promise<string> {
  return await generate(predictor, prompt, length, SAMPLING, new Random(seed), options);
}
