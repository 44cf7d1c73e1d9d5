import { type Corpus, joinFiles, loadCorpus } from '../corpus/corpus';
import { chooseEngine } from '../engine/choose';
import type { Engine } from '../engine/engine';
import { parameterCount } from '../model/layout';
import type { CorpusEvent, FinishedEvent, StartedEvent, TrainingEvent, TrainRequest } from '../protocol/training';
import { recipeFor } from './recipe';
import { claimRun, type Run } from './run';
import { limitsFor } from './schedule';
import { newStart, resumedStart, type Start } from './start';
import { Training } from './training';

/** What a training takes from its surroundings; tests put others in their place. */
export interface Surroundings {
  readonly chooseEngine: typeof chooseEngine;
  /** Seconds from any fixed moment. */
  readonly now: () => number;
}

const REAL: Surroundings = { chooseEngine, now: () => performance.now() / 1000 };

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
  surroundings: Surroundings = REAL,
): Promise<FinishedEvent> {
  // Before anything is read or made.
  recipeFor(request);
  limitsFor(request);
  const { run, release } = await claimRun(request.run, request.resume);
  // Whoever hears of the end may resume at once, so the run is released before.
  const finished = await trainClaimed(run, request, emit, signal, surroundings).finally(release);
  emit(finished);
  return finished;
}

async function trainClaimed(
  run: Run,
  request: TrainRequest,
  emit: (event: TrainingEvent) => void,
  signal: AbortSignal,
  surroundings: Surroundings,
): Promise<FinishedEvent> {
  let training: Training;
  try {
    training = await prepare(run, request, emit, signal, surroundings);
  } catch (error) {
    if (signal.aborted && error === signal.reason) return stoppedBeforeTheStart(run);
    throw error;
  }
  return await training.run().finally(() => training.dispose());
}

/** Reads the corpus, makes the network or reads it from the run, and writes run.json. */
async function prepare(
  run: Run,
  request: TrainRequest,
  emit: (event: TrainingEvent) => void,
  signal: AbortSignal,
  { chooseEngine, now }: Surroundings,
): Promise<Training> {
  const { engine, notice } = chooseEngine(request.engine, request.threads);
  const { holdout, excludes } = request;
  const corpus = await loadCorpus(request.folders, { holdout, excludes, signal });
  const told = corpusEvent(corpus);
  emit(told);

  const text = joinFiles(corpus.train);
  const { state, ...start } = request.resume ? await resumedStart(request, run, corpus, text) : newStart(request, text);
  const started = startedEvent(run, start, engine, notice);
  const { recipe, limits } = start;
  await run.begin({ request, recipe, limits, corpus: told, started });
  await run.forgetAfter(started.fromEpoch);
  emit(started);

  const { model, batch, seqlen } = recipe;
  const trainer = await engine.createTrainer({ model, batch, seqlen, state });
  const heldOut = joinFiles(corpus.validation);
  const { fingerprint } = corpus;
  return new Training({ ...start, step: state.step, run, engine, trainer, heldOut, fingerprint, emit, signal, now });
}

function corpusEvent({ train, validation, skipped }: Corpus): CorpusEvent {
  const characters = (files: typeof train) => files.reduce((sum, { symbols }) => sum + symbols.length, 0);
  return {
    kind: 'corpus',
    files: train.length,
    trainCharacters: characters(train),
    validationFiles: validation.length,
    validationCharacters: characters(validation),
    skipped,
  };
}

function startedEvent(
  run: Run,
  start: Omit<Start, 'state'>,
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
