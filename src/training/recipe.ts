import * as v from 'valibot';
import { type ModelConfig, TALK_MODEL } from '../model/config';
import type { TrainRequest } from '../protocol/training';
import { UserError } from '../protocol/user-error';

/**
 * Learning rate over a training. `cosine` falls from `peak` to `floor` over the training, and rises in the first
 * `warmUpSteps` optimiser steps.
 */
export const Schedule = v.variant('kind', [
  v.object({ kind: v.literal('constant'), rate: v.number() }),
  v.object({ kind: v.literal('cosine'), peak: v.number(), floor: v.number(), warmUpSteps: v.number() }),
]);
export type Schedule = v.InferOutput<typeof Schedule>;

/** How a network is trained. Data, so that a run keeps the recipe that it was started with. */
export const Recipe = v.object({
  preset: v.picklist(['talk', 'fast']),
  model: v.object({ layers: v.number(), units: v.number() }),
  /** Rows of a minibatch. */
  batch: v.number(),
  /** Steps of truncated back-propagation through time. */
  seqlen: v.number(),
  /** Where parameters start (model/initialise.ts); a run that does not say started as the talk does. */
  initialisation: v.optional(v.picklist(['talk', 'seeing']), 'talk'),
  schedule: Schedule,
  /** Largest global gradient norm; null for no clipping. */
  clipNorm: v.nullable(v.number()),
  seed: v.number(),
});
export type Recipe = v.InferOutput<typeof Recipe>;

type Preset = Pick<Recipe, 'batch' | 'seqlen' | 'initialisation' | 'schedule' | 'clipNorm'> & {
  readonly model: ModelConfig;
};

const PRESETS: Record<Recipe['preset'], Preset> = {
  /** Martin Görner's "TensorFlow and deep learning, without a PhD", unchanged. */
  talk: {
    model: TALK_MODEL,
    batch: 100,
    seqlen: 30,
    initialisation: 'talk',
    schedule: { kind: 'constant', rate: 0.001 },
    clipNorm: null,
  },
  /** The lowest validation bits per character soonest. */
  fast: {
    model: TALK_MODEL,
    // Steps are what a short training lacks: a quarter of the rows give four times the steps in the same text. Fewer than
    // 8 teach no more, and an engine that needs more to be busy gets them (`fitToEngine`).
    batch: 8,
    // Indentation and brackets reach back further than 30 characters.
    seqlen: 64,
    // A network that sees what it reads learns from the first step, instead of from the thousandth.
    initialisation: 'seeing',
    schedule: {
      kind: 'cosine',
      // For 8 rows; three times the talk's rate pays in a short training, and falling to almost nothing by its end pays more.
      peak: 0.003,
      floor: 0.00003,
      // Adam's second moments are averages of too few gradients for the full rate in the first steps. Steps, not a share:
      // in a short training on a slow machine a share would be less than one step.
      warmUpSteps: 50,
    },
    // At twice the rate a rare steep minibatch would undo many steps.
    clipNorm: 1,
  },
};

/** Trainings without a limit of their own end after this long. */
export const DEFAULT_SECONDS = 600;

/** Numbers of a request that stand in for the preset's, with the largest that makes sense. */
const LARGEST = { layers: 16, units: 8192, seqlen: 4096, batch: 4096 } as const;

/** The preset asked for, with whatever the request sets itself. @throws UserError for numbers out of range */
export function recipeFor(request: TrainRequest): Recipe {
  for (const [name, largest] of Object.entries(LARGEST)) {
    const value = request[name as keyof typeof LARGEST];
    if (value !== null && !(Number.isInteger(value) && value >= 1 && value <= largest)) {
      throw new UserError(`${name} must be a whole number from 1 to ${largest}, not ${value}.`);
    }
  }
  if (!Number.isSafeInteger(request.seed)) throw new UserError(`seed must be a whole number, not ${request.seed}.`);
  const { model, batch, seqlen, ...rest } = PRESETS[request.preset];
  return {
    preset: request.preset,
    model: { layers: request.layers ?? model.layers, units: request.units ?? model.units },
    batch: request.batch ?? batch,
    seqlen: request.seqlen ?? seqlen,
    seed: request.seed,
    ...rest,
  };
}

/** No more rows for any engine: steps are what a training lacks. */
const MOST_ROWS = 64;

/**
 * The recipe for an engine that takes `busyRows` at nearly full speed. The talk's stays as it is, and so does a batch that the
 * user chose. Adam's rate follows the square root of the rows (Malladi et al. 2022, "On the SDEs and scaling rules for adaptive
 * gradient algorithms").
 */
export function fitToEngine(recipe: Recipe, request: TrainRequest, busyRows: number): Recipe {
  const { batch, schedule } = recipe;
  if (request.batch !== null || schedule.kind === 'constant') return recipe;
  const rows = Math.max(batch, Math.min(busyRows, MOST_ROWS));
  return { ...recipe, batch: rows, schedule: { ...schedule, peak: schedule.peak * Math.sqrt(rows / batch) } };
}

/**
 * The recipe for a text of so many characters. A small project has too few for a preset's minibatch: rows are taken away
 * until an epoch has enough minibatches. A batch that the user chose stays.
 */
export function fitToText(recipe: Recipe, request: TrainRequest, characters: number): Recipe {
  if (request.batch !== null) return recipe;
  const rows = Math.floor((characters - 1) / (recipe.seqlen * LEAST_MINIBATCHES));
  return { ...recipe, batch: Math.min(recipe.batch, Math.max(1, rows)) };
}

/** Steps an epoch should have at the least: a small text is gone through many times, and more steps teach more than more rows. */
const LEAST_MINIBATCHES = 32;
