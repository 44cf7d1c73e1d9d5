import type { StepResult } from '../engine/engine';
import type { ProgressEvent } from '../protocol/training';
import { Rate } from './rate';
import { type Limits, progressOf } from './schedule';

/** Seconds between two progress events, and between two that are kept in the run's metrics. */
const SPACING = 0.25;
const KEPT_SPACING = 1;

/** Seconds over which speeds are averaged: for people to read, and to foretell the end. */
const SPEED_MEMORY = 5;
const FORECAST_MEMORY = 30;

/** Where a training stands. */
export interface Standing {
  readonly step: number;
  readonly epoch: number;
  /** Of all sessions of the run. */
  readonly characters: number;
  readonly seconds: number;
}

/** Turns steps into progress events, about four a second. */
export class ProgressReport {
  readonly #speed = new Rate(SPEED_MEMORY);
  readonly #epochs = new Rate(FORECAST_MEMORY);
  #nats = 0;
  #steps = 0;
  #told: Standing;
  #kept = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly limits: Limits,
    from: Standing,
  ) {
    this.#told = from;
  }

  /** Takes in a step of `characters` that took `seconds`. */
  add(result: StepResult, characters: number, seconds: number): void {
    this.#nats += result.loss;
    this.#steps++;
    this.#speed.add(characters, seconds);
  }

  get charactersPerSecond(): number {
    return this.#speed.perSecond;
  }

  isDue(seconds: number): boolean {
    return this.#steps > 0 && seconds - this.#told.seconds >= SPACING;
  }

  /** The event for the steps since the last one, and whether it is one to keep; null where there were none. */
  tell(standing: Standing, learningRate: number): { event: ProgressEvent; keep: boolean } | null {
    if (this.#steps === 0) return null;
    this.#epochs.add(standing.epoch - this.#told.epoch, standing.seconds - this.#told.seconds);
    const event: ProgressEvent = {
      kind: 'progress',
      ...standing,
      charactersPerSecond: this.charactersPerSecond,
      done: progressOf(this.limits, standing.epoch, standing.seconds),
      secondsLeft: this.#secondsLeft(standing),
      trainBpc: this.#nats / this.#steps / Math.LN2,
      learningRate,
    };
    this.#nats = 0;
    this.#steps = 0;
    this.#told = standing;
    const keep = standing.seconds - this.#kept >= KEPT_SPACING;
    if (keep) this.#kept = standing.seconds;
    return { event, keep };
  }

  /** Everything that takes time on the way counts, not only steps. */
  #secondsLeft({ epoch, seconds }: Standing): number | null {
    const left = [];
    if (this.limits.seconds !== null) left.push(this.limits.seconds - seconds);
    if (this.limits.epochs !== null && this.#epochs.perSecond > 0) {
      left.push((this.limits.epochs - epoch) / this.#epochs.perSecond);
    }
    return left.length > 0 ? Math.max(0, Math.min(...left)) : null;
  }
}
