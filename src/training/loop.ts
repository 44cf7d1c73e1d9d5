import type { Engine, Trainer } from '../engine/engine';
import { samplePrompts } from '../generation/sample';
import type { Evaluation } from '../metrics/evaluate';
import { ALPHABET, type CheckpointMetadata, FORMAT_VERSION } from '../model/checkpoint';
import type { FinishedEvent, TrainingEvent } from '../protocol/training-events';
import { UserError } from '../protocol/user-error';
import type { AveragedModel } from './average';
import { TrainingClock } from './clock';
import { CheckpointEvaluator, type StructureMeasured, type WrittenSample } from './evaluate-checkpoint';
import type { Inspector } from './inspector';
import { ProgressReport, type TrainingProgress } from './progress-report';
import type { Run } from './run';
import { isSampleDue, learningRateAt, progressOf, weightDecayAt } from './schedule';
import type { Start } from './start';

/** Seconds to the first full checkpoint, so that ghost text can begin, and from one to the next. */
const FIRST_SAVE = 5;
const SAVE_SPACING = 30;
/** Largest share of the time for full checkpoints. */
const SAVE_SHARE = 0.02;

/** Least seconds between validations, and the largest share of the time for them. */
const VALIDATION_SPACING = 10;
const VALIDATION_SHARE = 0.03;

/** The running mean of the loss is over about this many steps. */
const MEAN_LOSS_STEPS = 50;

export interface TrainingLoopSetup extends Omit<Start, 'state' | 'model' | 'notice'> {
  /** Optimiser steps taken before. */
  readonly step: number;
  readonly run: Run;
  readonly engine: Engine;
  readonly trainer: Trainer;
  readonly averaged: AveragedModel;
  /** Held-out text, empty for none. */
  readonly heldOut: Uint8Array;
  /** Prompts of samples beside those of every training. */
  readonly ownPrompts: readonly string[];
  /** On its way while the training begins; null for samples without marks. */
  readonly inspector: Promise<Inspector | null>;
  /** Fingerprint of the corpus. */
  readonly fingerprint: string;
  readonly emit: (event: TrainingEvent) => void;
  readonly signal: AbortSignal;
  /** Seconds from any fixed moment. */
  readonly now: () => number;
}

/** The training loop: steps, and between them progress, validation, samples and checkpoints when they are due. */
export class TrainingLoop {
  readonly #setup: TrainingLoopSetup;
  readonly #report: ProgressReport;
  readonly #clock: TrainingClock;
  /** Seconds of the whole training; set when the last step is done, as what is measured after it is not training. */
  #total: number | null = null;
  #position: Start['position'];
  #step: number;
  #learningRate = 0;
  #nextSave: number;
  #nextValidation: number;

  constructor(setup: TrainingLoopSetup) {
    this.#setup = setup;
    const { position, step, limits, minibatches, now } = setup;
    this.#position = position;
    this.#step = step;
    this.#clock = new TrainingClock(now, position.seconds);
    this.#nextSave = position.seconds + FIRST_SAVE;
    this.#nextValidation = position.seconds + VALIDATION_SPACING;
    this.#report = new ProgressReport(limits, 1 / minibatches.perEpoch, this.#trainingProgress());
  }

  dispose(): void {
    this.#setup.trainer.dispose();
  }

  /** Trains to the end, or until the signal is aborted; then the full state is on disk. */
  async run(): Promise<FinishedEvent> {
    // Due here only where the session before was stopped in taking this very sample.
    if (this.#progress() < 1) {
      await this.#sampleWhereDue();
    }
    while (!this.#setup.signal.aborted && this.#progress() < 1) {
      await this.#trainStep();
      if (this.#report.isDue(this.#seconds())) {
        await this.#tellProgress();
      }
      if (this.#progress() < 1) {
        await this.#evaluateAndSaveWhereDue();
      }
    }
    this.#total = this.#clock.seconds();
    await this.#tellProgress();
    await this.#save();
    const isComplete = this.#progress() >= 1;
    if (isComplete) {
      await this.#evaluateAtTheEnd();
    }
    return await this.#finish(isComplete ? 'completed' : 'stopped');
  }

  async #trainStep(): Promise<void> {
    const { recipe, minibatches, trainer } = this.#setup;
    const { inputs, targets } = minibatches.at(this.#position.minibatch);
    const progress = this.#progress();
    this.#learningRate = learningRateAt(recipe.schedule, progress, this.#step);
    const { result, seconds } = await this.#clock.step(() =>
      trainer.step(inputs, targets, {
        learningRate: this.#learningRate,
        clipNorm: recipe.clipNorm,
        weightDecay: weightDecayAt(recipe.weightDecay, progress, this.#step),
      }),
    );
    if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradientNorm)) {
      throw this.#diverged();
    }
    this.#report.add(result, inputs.length, seconds);
    this.#step++;
    this.#setup.averaged.include(this.#step);
    const weight = Math.max(1 / MEAN_LOSS_STEPS, 1 / this.#step);
    const meanLoss = this.#position.meanLoss ?? result.loss;
    this.#position = {
      ...this.#position,
      minibatch: this.#position.minibatch + 1,
      characters: this.#position.characters + inputs.length,
      meanLoss: meanLoss + weight * (result.loss - meanLoss),
    };
  }

  async #tellProgress(): Promise<void> {
    const reported = this.#report.report(this.#trainingProgress(), this.#learningRate);
    if (!reported) {
      return;
    }
    this.#setup.emit(reported.event);
    if (reported.keep) {
      await this.#setup.run.note(reported.event);
    }
  }

  async #evaluateAndSaveWhereDue(): Promise<void> {
    if (!(await this.#sampleWhereDue()) && this.#seconds() >= this.#nextValidation) {
      await this.#unlessStopped(() =>
        this.#evaluate(null, async (evaluator) => this.#emitValidation(await evaluator.validate())),
      );
    }
    if (this.#seconds() >= this.#nextSave) {
      await this.#save();
      await this.#emit({ kind: 'checkpoint', epoch: this.#epoch(), path: this.#setup.run.latestPath });
    }
  }

  /** Evaluates the network where that is due at this epoch. A stop leaves it due: a resumed training begins with it. */
  async #sampleWhereDue(): Promise<boolean> {
    if (!isSampleDue(this.#position, this.#epoch())) {
      return false;
    }
    await this.#unlessStopped(() => this.#evaluateAtSamplePoint());
    return true;
  }

  async #evaluateAtSamplePoint(): Promise<void> {
    await this.#evaluate(await this.#setup.inspector, async (evaluator) => {
      // All are there before one is told, so that a stop leaves none.
      const evaluation = await evaluator.validate();
      this.#clock.seconds();
      const samples = await evaluator.samples();
      this.#clock.seconds();
      const structure = await evaluator.structure();
      await this.#emitValidation(evaluation);
      await this.#tellSamples(samples);
      await this.#tellStructure(structure);
    });
    await this.#keepCheckpoint();
  }

  /** A stop leaves out the long validation, but not the samples: the training is complete, and none come after it. */
  async #evaluateAtTheEnd(): Promise<void> {
    await this.#evaluate(await this.#setup.inspector, async (evaluator) => {
      await this.#unlessStopped(async () => this.#emitValidation(await evaluator.validateFully()));
      await this.#tellSamples(await evaluator.lastSamples());
      await this.#unlessStopped(async () => this.#tellStructure(await evaluator.structure()));
    });
    await this.#keepCheckpoint();
  }

  /** A validation needs no inspector, and does not wait for the one that a large corpus keeps busy for minutes. */
  async #evaluate(inspector: Inspector | null, work: (evaluator: CheckpointEvaluator) => Promise<void>): Promise<void> {
    const { engine, averaged, recipe, heldOut, signal } = this.#setup;
    const began = this.#seconds();
    const predictor = await engine.createPredictor(recipe.model, averaged.parameters());
    const charactersPerSecond = this.#speed();
    try {
      const { seed } = recipe;
      const { seconds } = this.#setup.limits;
      const prompts = samplePrompts(this.#setup.ownPrompts);
      await work(
        new CheckpointEvaluator(predictor, { heldOut, seed, prompts, inspector, seconds, charactersPerSecond, signal }),
      );
    } finally {
      predictor.dispose();
    }
    const ended = this.#seconds();
    this.#nextValidation = ended + Math.max(VALIDATION_SPACING, (ended - began) / VALIDATION_SHARE);
  }

  async #emitValidation(evaluation: Evaluation | null): Promise<void> {
    if (!evaluation) {
      return;
    }
    const { bpc, accuracy, characters } = evaluation;
    this.#position = { ...this.#position, validation: { bpc, accuracy } };
    await this.#emit({ ...this.#trainingProgress(), kind: 'validation', bpc, accuracy, characters });
  }

  async #tellSamples(samples: readonly WrittenSample[]): Promise<void> {
    for (const sample of samples) {
      await this.#emit({ kind: 'sample', epoch: this.#epoch(), ...sample });
    }
  }

  async #tellStructure(structure: StructureMeasured | null): Promise<void> {
    if (structure !== null) {
      await this.#emit({ kind: 'structure', epoch: this.#epoch(), ...structure });
    }
  }

  /** Characters per second of the latest steps; before the first one of this session, of those before. */
  #speed(): number {
    const { characters, seconds } = this.#position;
    return this.#report.charactersPerSecond || (seconds > 0 ? characters / seconds : 0);
  }

  /** Keeps this epoch's model for good, and the full state that goes on from here. */
  async #keepCheckpoint(): Promise<void> {
    const { run, averaged } = this.#setup;
    if (!run.hasLatest) {
      // A kill between the two would leave a model that nothing can be resumed from.
      await this.#save();
    }
    this.#position = { ...this.#position, sampledAt: this.#epoch() };
    const path = run.checkpointPath(this.#epoch());
    await run.writeCheckpoint(path, averaged.parameters(), this.#metadata());
    await this.#save();
    await this.#emit({ kind: 'checkpoint', epoch: this.#epoch(), path });
  }

  /** Writes the full state, which replaces the one before. */
  async #save(): Promise<void> {
    const { run, trainer, averaged, recipe } = this.#setup;
    const began = this.#seconds();
    this.#position = { ...this.#position, seconds: began };
    const { parameters, firstMoment, secondMoment, hidden } = trainer.state();
    const { average } = averaged;
    const unaveraged = average === null ? null : parameters;
    const { batch, seqlen } = recipe;
    const full = { unaveraged, firstMoment, secondMoment, hidden, batch, seqlen, position: this.#position };
    await run.writeCheckpoint(run.latestPath, average ?? parameters, this.#metadata(), full);
    const ended = this.#seconds();
    this.#nextSave = ended + Math.max(SAVE_SPACING, (ended - began) / SAVE_SHARE);
  }

  #metadata(): CheckpointMetadata {
    const { recipe, fingerprint } = this.#setup;
    return {
      formatVersion: FORMAT_VERSION,
      model: recipe.model,
      alphabet: ALPHABET,
      epoch: this.#epoch(),
      step: this.#step,
      ...this.#figures(),
      corpusFingerprint: fingerprint,
      preset: recipe.preset,
      operatingPoints: null,
    };
  }

  async #finish(reason: FinishedEvent['reason']): Promise<FinishedEvent> {
    const { run } = this.#setup;
    const { epoch, characters, seconds } = this.#trainingProgress();
    const finished: FinishedEvent = {
      kind: 'finished',
      reason,
      run: run.path,
      epoch,
      characters,
      seconds,
      charactersPerSecond: seconds > 0 ? characters / seconds : 0,
      ...this.#figures(),
    };
    await run.finish(finished);
    return finished;
  }

  /** Adds to the run's files, then tells. */
  async #emit(event: TrainingEvent): Promise<void> {
    await this.#setup.run.note(event);
    this.#setup.emit(event);
  }

  /** Does what a stop may interrupt. */
  async #unlessStopped(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#setup;
    try {
      await work();
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) {
        throw error;
      }
    }
  }

  #diverged(): UserError {
    const { run } = this.#setup;
    const newest = run.newest();
    const kept = newest ? `the last good checkpoint is kept (${newest})` : 'there was no checkpoint yet';
    return new UserError(
      `The training diverged in step ${this.#step + 1} (its loss is no longer a number): ${kept}; train anew with another seed or preset.`,
    );
  }

  #figures(): Pick<FinishedEvent, 'trainBpc' | 'validationBpc' | 'validationAccuracy'> {
    const { meanLoss, validation } = this.#position;
    return {
      trainBpc: meanLoss === null ? null : meanLoss / Math.LN2,
      validationBpc: validation?.bpc ?? null,
      validationAccuracy: validation?.accuracy ?? null,
    };
  }

  #trainingProgress(): TrainingProgress {
    const { characters } = this.#position;
    return { step: this.#step, epoch: this.#epoch(), characters, seconds: this.#seconds() };
  }

  #progress(): number {
    return progressOf(this.#setup.limits, this.#epoch(), this.#seconds());
  }

  #epoch(): number {
    return this.#position.minibatch / this.#setup.minibatches.perEpoch;
  }

  #seconds(): number {
    return this.#total ?? this.#clock.seconds();
  }
}
