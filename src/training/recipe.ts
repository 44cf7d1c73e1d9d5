import * as v from 'valibot';
import { type ModelConfig, TALK_MODEL } from '../model/config';
import { CELLS, PRESETS as PRESET_NAMES } from '../protocol/choices';
import { wholeNumbers } from '../protocol/range';
import type { TrainRequest } from '../protocol/training-events';
import { UserError } from '../protocol/user-error';
import { ALPHABET_SIZE } from '../python/alphabet';
import { checkNumber } from './check-number';

/**
 * Learning rate over a training. `linear` rises in the first `warmUpSteps` optimiser steps, and falls to 0 at the end.
 * Its peak is `peak` for a training of `steps` steps, lower for a longer one and higher for a shorter one
 * (schedule.ts).
 */
export const Schedule = v.variant('kind', [
  v.object({ kind: v.literal('constant'), rate: v.number() }),
  v.object({ kind: v.literal('linear'), peak: v.number(), steps: v.number(), warmUpSteps: v.number() }),
]);
export type Schedule = v.InferOutput<typeof Schedule>;

/** Name of an initialisation; runs before 28 November 2026 call `one-hot-lecun` `seeing`. */
const Initialisation = v.pipe(
  v.picklist(['talk', 'one-hot-lecun', 'seeing']),
  v.transform((name) => (name === 'seeing' ? 'one-hot-lecun' : name)),
);

/** Hyperparameters of a training. Data, so that a run keeps the recipe that it was started with. */
export const Recipe = v.object({
  preset: v.picklist(PRESET_NAMES),
  /** Runs of the first versions knew one cell and did not name it. */
  model: v.object({ cell: v.optional(v.picklist(CELLS), 'gru'), layers: v.number(), units: v.number() }),
  /** Rows of a minibatch. */
  batch: v.number(),
  /** Steps of truncated back-propagation through time. */
  seqlen: v.number(),
  /** Initialisation of the parameters (model/initialise.ts); a run that does not say started as the talk does. */
  initialisation: v.optional(Initialisation, 'talk'),
  schedule: Schedule,
  /** Largest global gradient norm; null for no clipping. */
  clipNorm: v.nullable(v.number()),
  /** Parameters decay by a factor of exp(−weightDecay) over the whole training; older runs have none. */
  weightDecay: v.optional(v.number(), 0),
  /**
   * The model is the mean of the parameters over about this share of the steps so far (average.ts); 0, and in older
   * runs, the last ones.
   */
  averaging: v.optional(v.number(), 0),
  seed: v.number(),
});
export type Recipe = v.InferOutput<typeof Recipe>;

/** Recipe of a preset before a request changes it, without the seed. */
type Preset = Omit<Recipe, 'preset' | 'model' | 'seed'> & { readonly model: ModelConfig };

const PRESETS: Record<Recipe['preset'], Preset> = {
  /** Martin Görner's "TensorFlow and deep learning, without a PhD", unchanged. */
  talk: {
    model: TALK_MODEL,
    batch: 100,
    seqlen: 30,
    initialisation: 'talk',
    schedule: { kind: 'constant', rate: 0.001 },
    clipNorm: null,
    weightDecay: 0,
    averaging: 0,
  },
  /** The lowest validation bits per character soonest. */
  fast: {
    model: TALK_MODEL,
    // Steps are what a short training lacks, so few rows; with still fewer, the noise of their gradients allows only
    // lower rates, and less is learnt from as many characters.
    batch: 32,
    // Indentation and brackets reach back further than 30 characters.
    seqlen: 64,
    // After 120,000 characters of Django 2.4 bits per character, with the talk's 3.4 (docs/decisions/0003).
    initialisation: 'one-hot-lecun',
    schedule: {
      kind: 'linear',
      // 3 million characters, which two quick cores read in two minutes (docs/decisions/0006).
      peak: 0.003,
      steps: 1500,
      // Adam's second moments are averages of too few gradients for the full rate in the first steps. Steps, not a
      // share: in a short training on a slow machine a share would be less than one step.
      warmUpSteps: 50,
    },
    // At such a rate a rare steep minibatch would undo many steps.
    clipNorm: 1,
    // Small projects are gone through several times: without, Jinja2 comes to 1.45 bits per character, not 1.42
    // (docs/decisions/0008).
    weightDecay: 0.4,
    // What a stop leaves, and what suggests meanwhile, is a network whose rate has not fallen yet: 30 % into a training
    // on 4.8 million characters of Django it stood at 1.55 bits per character without averaging, at 1.41 with it
    // (docs/decisions/0009).
    averaging: 0.2,
  },
};

/** The preset asked for, with whatever the request sets itself. */
export function recipeFor(request: TrainRequest): Recipe {
  const { model, seqlen, ...rest } = PRESETS[request.preset];
  const recipe = {
    preset: request.preset,
    model: {
      cell: request.cell ?? model.cell,
      layers: request.layers ?? model.layers,
      units: request.units ?? model.units,
    },
    seqlen: request.seqlen ?? seqlen,
    seed: request.seed,
    ...rest,
  };
  return withRows(recipe, request.batch ?? recipe.batch);
}

/** Up to the largest that make sense. */
const MINIBATCH = { batch: wholeNumbers(1, 4096), seqlen: wholeNumbers(1, 4096) } as const;

/**
 * Activations that a training step keeps for its way back: the states of every unit and the logits after every
 * character of the minibatch. The C++ engine takes some 28 bytes for each, so 7 GB for the largest; 8 layers of 2048
 * units, the most that the settings offer, need 34 million with the fast preset and 49 million with the talk's.
 */
const MOST_ACTIVATIONS = 250_000_000;

/**
 * Checks how large a training step is, of a request or of a run, before anything of its size is allocated.
 *
 * @throws UserError naming the number that is out of range, or all of them where they are too much together
 */
export function checkMinibatch({ model, batch, seqlen }: Pick<Recipe, 'model' | 'batch' | 'seqlen'>): void {
  checkNumber('batch', batch, MINIBATCH.batch);
  checkNumber('seqlen', seqlen, MINIBATCH.seqlen);
  const activations = batch * seqlen * (model.layers * model.units + ALPHABET_SIZE);
  if (activations <= MOST_ACTIVATIONS) {
    return;
  }
  const millions = (count: number) => `${Math.round(count / 1e6).toLocaleString('en')} million`;
  throw new UserError(
    `A minibatch of ${batch} × ${seqlen} through ${model.layers} × ${model.units} units has ${millions(activations)} activations, and at most ${millions(MOST_ACTIVATIONS)} (7 GB) are kept: choose a smaller batch or seqlen.`,
  );
}

/**
 * The recipe for a text of so many characters. A small project has too few for a preset's minibatch: rows are taken
 * away until an epoch has enough minibatches. A batch that the user chose stays.
 */
export function fitToText(recipe: Recipe, request: TrainRequest, characters: number): Recipe {
  if (request.batch !== null) {
    return recipe;
  }
  const rows = Math.floor((characters - 1) / (recipe.seqlen * LEAST_MINIBATCHES));
  return withRows(recipe, Math.min(recipe.batch, Math.max(1, rows)));
}

/**
 * With fewer rows the rate falls as well, because their gradients are noisier (docs/decisions/0004); the talk's is
 * constant.
 */
function withRows(recipe: Recipe, rows: number): Recipe {
  const { batch, schedule } = recipe;
  if (schedule.kind === 'constant' || rows >= batch) {
    return { ...recipe, batch: rows };
  }
  return { ...recipe, batch: rows, schedule: { ...schedule, peak: (schedule.peak * rows) / batch } };
}

/**
 * Steps an epoch should have at the least: a small text is gone through many times, and more steps teach more than more
 * rows.
 */
const LEAST_MINIBATCHES = 32;
