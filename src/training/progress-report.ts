import type { StepResult } from '../engine/engine';
import type { ProgressEvent } from '../protocol/training-events';
import { type Limits, progressOf, secondsForSteps } from './schedule';
import { Throughput } from './throughput';

/** Seconds between two progress events, and between two that are kept in the run's metrics. */
const SPACING = 0.25;
const KEPT_SPACING = 1;

/** Seconds over which speeds are averaged: for people to read, and to foretell the end. */
const SPEED_MEMORY = 5;
const FORECAST_MEMORY = 60;

/** Steps, epochs, characters and seconds of a training so far. */
export interface TrainingProgress {
  readonly step: number;
  readonly epoch: number;
  /** Characters trained in all sessions of the run. */
  readonly characters: number;
  readonly seconds: number;
}

/** Turns steps into progress events, about four a second. */
export class ProgressReport {
  readonly #limits: Limits;
  readonly #epochsPerStep: number;
  readonly #speed = new Throughput(SPEED_MEMORY);
  readonly #epochs = new Throughput(FORECAST_MEMORY);
  #nats = 0;
  #steps = 0;
  /** Over the steps that were told last; null before the first. */
  #trainBpc: number | null = null;
  #lastReported: TrainingProgress;
  #lastKeptSeconds = Number.NEGATIVE_INFINITY;

  constructor(limits: Limits, epochsPerStep: number, from: TrainingProgress) {
    this.#limits = limits;
    this.#epochsPerStep = epochsPerStep;
    this.#lastReported = from;
  }

  /** Takes in a step of `characters` that took `seconds`. */
  add(result: StepResult, characters: number, seconds: number): void {
    this.#nats += result.loss;
    this.#steps++;
    this.#speed.add(characters, seconds);
    this.#epochs.add(this.#epochsPerStep, seconds);
  }

  get charactersPerSecond(): number {
    return this.#speed.perSecond;
  }

  isDue(seconds: number): boolean {
    return this.#steps > 0 && seconds - this.#lastReported.seconds >= SPACING;
  }

  /** The event for what happened since the last one, and whether it is one to keep; null before the first step. */
  report(progress: TrainingProgress, learningRate: number): { event: ProgressEvent; keep: boolean } | null {
    if (this.#steps > 0) {
      this.#trainBpc = this.#nats / this.#steps / Math.LN2;
    }
    if (this.#trainBpc === null) {
      return null;
    }
    const event: ProgressEvent = {
      kind: 'progress',
      ...progress,
      charactersPerSecond: this.charactersPerSecond,
      done: progressOf(this.#limits, progress.epoch, progress.seconds),
      secondsLeft: this.#secondsLeft(progress),
      trainBpc: this.#trainBpc,
      learningRate,
    };
    this.#nats = 0;
    this.#steps = 0;
    this.#lastReported = progress;
    const keep = progress.seconds - this.#lastKeptSeconds >= KEPT_SPACING;
    if (keep) {
      this.#lastKeptSeconds = progress.seconds;
    }
    return { event, keep };
  }

  /** By the speed of steps: what else takes time on the way is little, and would make the forecast jump. */
  #secondsLeft({ epoch, seconds }: TrainingProgress): number | null {
    const left = [];
    if (this.#limits.seconds !== null) {
      left.push(secondsForSteps(this.#limits.seconds) - seconds);
    }
    if (this.#limits.epochs !== null && this.#epochs.perSecond > 0) {
      left.push((this.#limits.epochs - epoch) / this.#epochs.perSecond);
    }
    return left.length > 0 ? Math.max(0, Math.min(...left)) : null;
  }
}
