import type { Sample } from '../state';

/** Samples by epoch and prompt. */
export interface SampleGrid {
  /** Rising. */
  readonly epochs: readonly number[];
  /** In the order in which they were asked. */
  readonly prompts: readonly string[];
  readonly at: (epoch: number, prompt: string) => Sample | undefined;
}

export function sampleGrid(samples: readonly Sample[]): SampleGrid {
  const byEpoch = new Map<number, Map<string, Sample>>();
  for (const sample of samples) {
    const row = byEpoch.get(sample.epoch) ?? new Map<string, Sample>();
    byEpoch.set(sample.epoch, row.set(sample.prompt, sample));
  }
  return {
    epochs: [...byEpoch.keys()].sort((a, b) => a - b),
    prompts: [...new Set(samples.map(({ prompt }) => prompt))],
    at: (epoch, prompt) => byEpoch.get(epoch)?.get(prompt),
  };
}

/** The prompt that samples are shown of: the chosen one while there are samples of it. */
export function shownPrompt({ prompts }: SampleGrid, chosen: string | null): string | null {
  return prompts.find((prompt) => prompt === chosen) ?? prompts[0] ?? null;
}

/** A prompt in words. A network that is to begin a file is given a line end. */
export function promptName(prompt: string): string {
  return prompt.trim() === '' ? 'an empty file' : `“${prompt.trim()}”`;
}
