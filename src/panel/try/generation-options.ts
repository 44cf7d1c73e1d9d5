import { type GenerateText, LONGEST_GENERATED, LONGEST_PROMPT } from '../../protocol/messages';
import type { ParamsOf } from '../../protocol/request-kind';
import { isKept, type PanelState } from '../state';

/** What the user has set in the form. */
export interface GenerationOptions {
  readonly prompt: string;
  /** null for the network that completes. */
  readonly epoch: number | null;
  readonly method: 'temperature' | 'top';
  readonly temperature: number;
  readonly top: number;
  readonly length: number;
  readonly seed: number;
}

export const INITIAL_OPTIONS: GenerationOptions = {
  prompt: 'def ',
  epoch: null,
  method: 'temperature',
  temperature: 0.7,
  top: 2,
  length: 400,
  seed: 1,
};

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Bounds of each number in the form: those of the request. */
export const BOUNDS = {
  temperature: { min: 0, max: 5, step: 0.1 },
  top: { min: 1, max: 98, step: 1 },
  length: { min: 1, max: LONGEST_GENERATED, step: 1 },
  seed: { min: 0, max: 2 ** 32 - 1, step: 1 },
} as const satisfies Record<string, Bounds>;

/** A typed number within its bounds, whole where they count in whole steps; `otherwise` where it is none. */
export function withinBounds(typed: string, { min, max, step }: Bounds, otherwise: number): number {
  const value = typed.trim() === '' ? Number.NaN : Number(typed);
  if (!Number.isFinite(value)) {
    return otherwise;
  }
  const bounded = Math.min(Math.max(value, min), max);
  return step === 1 ? Math.round(bounded) : bounded;
}

/** Parameters of the request. Of a prompt that is too long the end counts, which the network goes on from. */
export function generationParams(options: GenerationOptions): ParamsOf<typeof GenerateText> {
  const { prompt, epoch, method, temperature, top, length, seed } = options;
  const sampling = method === 'top' ? { top } : { temperature };
  return { epoch, prompt: prompt.slice(-LONGEST_PROMPT), length, sampling, seed };
}

/** Epochs whose weights are on the disk: those of the samples. */
export function keptEpochs(state: PanelState): number[] {
  return [...new Set(state.samples.filter((sample) => isKept(state, sample)).map(({ epoch }) => epoch))];
}
