import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Corpus } from '../corpus/corpus';
import { Minibatches } from '../corpus/minibatches';
import type { TrainingState } from '../engine/engine';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint';
import { initialTrainingState } from '../model/initialise';
import type { TrainRequest } from '../protocol/training-events';
import { UserError } from '../protocol/user-error';
import { fitToText, type Recipe, recipeFor } from './recipe';
import type { Run, RunInfo } from './run';
import { isSampleDue, type Limits, limitsFor, progressOf } from './schedule';
import { BEGINNING, TrainingPosition } from './training-position';

/** State of a training at its start, new or resumed. */
export interface Start {
  readonly recipe: Recipe;
  readonly limits: Limits;
  readonly minibatches: Minibatches;
  readonly state: TrainingState;
  /**
   * Parameters of the model so far, [parameterCount]; those of `state`, or where the recipe averages, an average of
   * them.
   */
  readonly model: Float32Array;
  readonly position: TrainingPosition;
  /** A line for people about what is not as they might expect, or null. */
  readonly notice: string | null;
}

/** Whether a training begins with the evaluation and sample in which the session before was stopped. */
export function beginsWithEvaluation({ position, minibatches, limits }: Omit<Start, 'state' | 'model'>): boolean {
  const epoch = position.minibatch / minibatches.perEpoch;
  return isSampleDue(position, epoch) || progressOf(limits, epoch, position.seconds) >= 1;
}

/** Start of a new training. @throws UserError where the request or the text does not allow it */
export function newStart(request: TrainRequest, text: Uint8Array): Start {
  const recipe = fitToText(recipeFor(request), request, text.length);
  return beginning(recipe, limitsFor(request), text, null);
}

const NO_CHECKPOINT = 'There was no checkpoint yet, so the training starts over.';
const FILES_CHANGED = 'The files have changed since the training stopped; it goes on with them as they are now.';

/**
 * Start at the run's newest full checkpoint, or at the beginning where there is none yet, on the corpus as it is now.
 *
 * @throws UserError where the run is complete, its checkpoint is damaged, or the request wants another network
 */
export async function resumedStart(request: TrainRequest, run: Run, corpus: Corpus, text: Uint8Array): Promise<Start> {
  const info = run.info();
  refuseOtherModel(request, run, info);
  const { recipe } = info;
  const limits = resumedLimits(request, info.limits);
  if (run.newest() === null) {
    return beginning(recipe, limits, text, NO_CHECKPOINT);
  }

  const checkpoint = await readCheckpoint(run.latestPath);
  const { state, position } = continuation(run, recipe, checkpoint);
  const model = checkpoint.parameters;
  const minibatches = new Minibatches(text, recipe.batch, recipe.seqlen);
  const { epoch, corpusFingerprint } = checkpoint.metadata;
  const isAtEnd = progressOf(limits, epoch, position.seconds) >= 1;
  if (isAtEnd && !wasKilledInEvaluation(info, epoch, position.seconds)) {
    throw alreadyComplete(run, limits, epoch);
  }
  if (corpusFingerprint === corpus.fingerprint) {
    return { recipe, limits, minibatches, state, model, position, notice: null };
  }
  const moved = { ...position, minibatch: Math.round(epoch * minibatches.perEpoch) };
  return { recipe, limits, minibatches, state, model, position: moved, notice: FILES_CHANGED };
}

/** Limits of a resumed training: those asked for, else those it had. */
function resumedLimits(request: TrainRequest, { epochs, seconds }: Limits): Limits {
  return request.epochs === null ? { epochs, seconds: request.seconds ?? seconds } : limitsFor(request);
}

function beginning(recipe: Recipe, limits: Limits, text: Uint8Array, notice: string | null): Start {
  const minibatches = new Minibatches(text, recipe.batch, recipe.seqlen);
  const state = initialTrainingState(recipe.model, recipe.batch, recipe.seed, recipe.initialisation);
  return { recipe, limits, minibatches, state, model: state.parameters, position: BEGINNING, notice };
}

/** Whether a training was killed after its last step, while it was measured: that is done anew. */
function wasKilledInEvaluation({ finished, limits }: RunInfo, epoch: number, seconds: number): boolean {
  return finished === null && progressOf(limits, epoch, seconds) >= 1;
}

function continuation(
  run: Run,
  recipe: Recipe,
  { parameters, metadata, full }: Checkpoint,
): Pick<Start, 'state' | 'position'> {
  const position = v.safeParse(TrainingPosition, full?.position);
  if (!full || !position.success) {
    throw new UserError(`${run.latestPath} cannot be resumed (it holds a model only); train into another folder.`);
  }
  if (
    !isDeepStrictEqual(metadata.model, recipe.model) ||
    full.batch !== recipe.batch ||
    full.seqlen !== recipe.seqlen
  ) {
    throw new UserError(`${run.latestPath} is of another training than run.json beside it; train into another folder.`);
  }
  const { unaveraged, firstMoment, secondMoment, hidden } = full;
  const state = { parameters: unaveraged ?? parameters, firstMoment, secondMoment, hidden, step: metadata.step };
  return { state, position: position.output };
}

function refuseOtherModel(request: TrainRequest, { path }: Run, { recipe }: RunInfo): void {
  const stored = { ...recipe.model, batch: recipe.batch, seqlen: recipe.seqlen };
  for (const [name, value] of Object.entries(stored)) {
    const wanted = request[name as keyof typeof stored];
    if (wanted !== null && wanted !== value) {
      throw new UserError(
        `The training in ${path} has ${name} ${value} and cannot be resumed with ${name} ${wanted}: leave ${name} out, or start a new training.`,
      );
    }
  }
}

function alreadyComplete(run: Run, { epochs, seconds }: Limits, epoch: number): UserError {
  const isByEpochs = epochs !== null && epoch >= epochs;
  const [end, unit] = isByEpochs ? [epochs, 'epochs'] : [seconds, 'seconds'];
  return new UserError(
    `The training in ${run.path} is complete (${end} ${unit}): ask for more ${unit}, or start a new training.`,
  );
}
