import { type Corpus, type CorpusOptions, joinFiles, loadCorpus, type ReadingProgress } from '../corpus/corpus';
import { leftOutByReason } from '../corpus/left-out';
import { subsample } from '../corpus/subsample';
import { trainingFilesOf } from '../corpus/training-files';
import { type ChosenEngine, chooseTrainingEngine } from '../engine/choose';
import type { Engine } from '../engine/engine';
import { parameterCount } from '../model/layout';
import type {
  CorpusEvent,
  FinishedEvent,
  StartedEvent,
  TrainingEvent,
  TrainRequest,
} from '../protocol/training-events';
import { UserError } from '../protocol/user-error';
import { AveragedModel } from './average';
import { type Calibrate, calibrateRun } from './calibration';
import { type Inspector, inspectorOf, type MakeInspector } from './inspector';
import { TrainingLoop } from './loop';
import { recipeFor } from './recipe';
import { checkRequest } from './request';
import { claimRun, type Run } from './run';
import { beginsWithEvaluation, newStart, resumedStart, type Start } from './start';

/** Dependencies of a training on its surroundings; tests put others in their place. */
export interface TrainDependencies {
  readonly chooseEngine: typeof chooseTrainingEngine;
  /** Seconds from any fixed moment. */
  readonly now: () => number;
  /** Null for models without operating points of their own. */
  readonly calibrate: Calibrate | null;
  /** Null for samples without marks, and no measures of structure. */
  readonly inspect: MakeInspector | null;
}

const REAL: TrainDependencies = {
  chooseEngine: chooseTrainingEngine,
  now: () => performance.now() / 1000,
  calibrate: null,
  inspect: null,
};

/**
 * Trains as requested, into the run folder, and tells `emit` how it goes. Aborting `signal` stops it: the full state is
 * written, so that a request with `resume` goes on exactly there.
 *
 * @throws UserError (one sentence) when it cannot start or go on; what was written before stays
 */
export async function train(
  request: TrainRequest,
  emit: (event: TrainingEvent) => void,
  signal: AbortSignal,
  surroundings: Partial<TrainDependencies> = {},
): Promise<FinishedEvent> {
  checkRequest(request);
  const { run, release } = await claimRun(request.run, request.resume);
  // Whoever hears of the end may resume at once, so the run is released before.
  const finished = await trainClaimed(run, request, emit, signal, { ...REAL, ...surroundings }).finally(release);
  emit(finished);
  return finished;
}

async function trainClaimed(
  run: Run,
  request: TrainRequest,
  emit: (event: TrainingEvent) => void,
  signal: AbortSignal,
  { chooseEngine, now, calibrate, inspect }: TrainDependencies,
): Promise<FinishedEvent> {
  const { model } = request.resume && run.hasInfo ? run.info().recipe : recipeFor(request);
  const chosen = chooseEngine(request.engine, request.threads, model.cell);
  let corpus: Corpus;
  try {
    corpus = await loadCorpus(request.folders, {
      ...corpusOptions(request),
      signal,
      onProgress: readingReport(emit, now),
    });
  } catch (error) {
    if (signal.aborted && error === signal.reason) {
      return stoppedBeforeTheStart(run);
    }
    throw error;
  }
  emit(corpusEvent(corpus));

  const inspected = request.wholeCorpus ? subsample(corpus.train, MOST_INSPECTED) : corpus.train;
  const inspector = inspectorOf(inspect, { ...corpus, train: inspected }, signal);
  const finished = await trainWithFallback(chosen, request, { run, corpus, inspector, emit, signal, now });
  if (calibrate === null) {
    return finished;
  }
  const { epoch, seconds: trainedSeconds } = finished;
  const calibration = await calibrateRun({ run, corpus, request, trainedSeconds, epoch, calibrate, signal });
  if (calibration) {
    emit(calibration);
  }
  return finished;
}

/**
 * Training characters that samples are compared with where the whole of a large corpus is learnt from. Reading all of
 * 200 million for that would slow the first minutes after every resume down.
 */
const MOST_INSPECTED = 5_000_000;

/** Where not the whole corpus is asked for, a sample is read of too large a one. */
export function corpusOptions({ holdout, excludes, wholeCorpus }: TrainRequest): CorpusOptions {
  return wholeCorpus ? { holdout, excludes, mostBytes: Number.POSITIVE_INFINITY } : { holdout, excludes };
}

/** Trains with the chosen engine, or where that fails with the one instead of it. */
async function trainWithFallback(chosen: ChosenEngine, request: TrainRequest, setup: Setup): Promise<FinishedEvent> {
  const { run } = setup;
  try {
    return await trainOn(chosen, request, setup);
  } catch (error) {
    // A sentence for people tells of something else, and a defect of ours shows again on the other engine.
    if (!chosen.fallback || error instanceof UserError) {
      throw error;
    }
    const fallback = chosen.fallback();
    const notice = goesOn(chosen.engine, error, fallback.engine, run);
    return await trainOn({ ...fallback, notice }, { ...request, resume: run.hasInfo }, setup);
  }
}

/** Longest part of an engine's error message that is told. */
const LONGEST_REASON = 160;

function goesOn(failed: Engine, error: unknown, next: Engine, run: Run): string {
  const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
  const from = run.newest() === null ? '' : ' from the last checkpoint';
  return `The ${failed.name} engine failed (${reason!.slice(0, LONGEST_REASON)}); the ${next.name} engine goes on${from}.`;
}

interface Setup extends Pick<TrainDependencies, 'now'> {
  readonly run: Run;
  readonly corpus: Corpus;
  readonly inspector: Promise<Inspector | null>;
  readonly emit: (event: TrainingEvent) => void;
  readonly signal: AbortSignal;
}

async function trainOn(chosen: ChosenEngine, request: TrainRequest, setup: Setup): Promise<FinishedEvent> {
  const training = await prepare(chosen, request, setup);
  return await training.run().finally(() => training.dispose());
}

/** Makes the network or reads it from the run, and writes run.json and files.json. */
async function prepare({ engine, notice }: ChosenEngine, request: TrainRequest, setup: Setup): Promise<TrainingLoop> {
  const { run, corpus, inspector, emit, signal, now } = setup;
  const text = joinFiles(corpus.train);
  const {
    state,
    model: modelSoFar,
    ...start
  } = request.resume ? await resumedStart(request, run, corpus, text) : newStart(request, text);
  const started = startedEvent(run, start, engine, notice);
  const { recipe, limits } = start;
  await run.begin({ request, recipe, limits, corpus: corpusEvent(corpus), started });
  await run.keepFiles(trainingFilesOf(corpus));
  await run.forgetAfter(started.fromEpoch, { isToldAnew: beginsWithEvaluation(start) });
  emit(started);

  const { model, batch, seqlen } = recipe;
  const trainer = await engine.createTrainer({ model, batch, seqlen, state });
  const averaged = new AveragedModel(trainer, recipe.averaging, modelSoFar);
  const heldOut = joinFiles(corpus.validation);
  const { fingerprint } = corpus;
  const { step } = state;
  const common = { run, engine, inspector, emit, signal, now };
  const ownPrompts = request.prompts;
  return new TrainingLoop({ ...start, ...common, step, trainer, averaged, heldOut, ownPrompts, fingerprint });
}

/** Seconds between two events that tell how far the reading is. */
const READING_SPACING = 0.25;

function readingReport(emit: (event: TrainingEvent) => void, now: () => number): (progress: ReadingProgress) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (now() - toldAt < READING_SPACING) {
      return;
    }
    toldAt = now();
    emit({ kind: 'reading', ...progress });
  };
}

function corpusEvent({ train, validation, skipped, sampledFrom }: Corpus): CorpusEvent {
  const characters = (files: typeof train) => files.reduce((sum, { symbols }) => sum + symbols.length, 0);
  return {
    kind: 'corpus',
    files: train.length,
    trainCharacters: characters(train),
    validationFiles: validation.length,
    validationCharacters: characters(validation),
    skipped: leftOutByReason(skipped),
    sampledFrom: sampledFrom && { files: sampledFrom.files, characters: sampledFrom.bytes },
  };
}

function startedEvent(
  run: Run,
  start: Omit<Start, 'state' | 'model'>,
  engine: Engine,
  engineNotice: string | null,
): StartedEvent {
  const { recipe, minibatches, position } = start;
  const notices = [engineNotice, start.notice].filter((notice) => notice !== null);
  return {
    kind: 'started',
    run: run.path,
    preset: recipe.preset,
    engine: engine.name,
    device: engine.device,
    mode: engine.mode,
    ...recipe.model,
    parameters: parameterCount(recipe.model),
    batch: recipe.batch,
    seqlen: recipe.seqlen,
    epochsPerStep: 1 / minibatches.perEpoch,
    fromEpoch: position.minibatch / minibatches.perEpoch,
    notice: notices.length > 0 ? notices.join(' ') : null,
  };
}

function stoppedBeforeTheStart(run: Run): FinishedEvent {
  return {
    kind: 'finished',
    reason: 'stopped',
    run: run.path,
    epoch: 0,
    characters: 0,
    seconds: 0,
    charactersPerSecond: 0,
    trainBpc: null,
    validationBpc: null,
    validationAccuracy: null,
  };
}
