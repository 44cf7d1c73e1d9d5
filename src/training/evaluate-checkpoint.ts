import type { Predictor } from '../engine/engine';
import { writeSample } from '../generation/sample';
import { type Evaluation, evaluate, FINAL_CHARACTERS } from '../metrics/evaluate';

/** Held-out characters of a validation during training, spread evenly over those of the final one. */
const CHARACTERS_ON_THE_WAY = 20_000;
const SAMPLE_LENGTH = 600;

/** Seconds that each may take with an engine so slow that the numbers above would take longer. */
const SECONDS_ON_THE_WAY = 3;
const SECONDS_AT_THE_END = 90;
/**
 * A training of limited time may spend this share of it on its last figure: who asks for 20 seconds does not wait for
 * 15 more.
 */
const SHARE_AT_THE_END = 0.1;
/**
 * Reading is three times as fast as training, which also goes back through the text; less what rows read to warm up.
 */
const READING_SPEED = 2;

export interface CheckpointEvaluatorSetup {
  /** Text to measure on; empty for none. */
  readonly heldOut: Uint8Array;
  readonly seed: number;
  /** Seconds that the training was given; null where it was given none. */
  readonly seconds: number | null;
  /** Training speed on this machine. */
  readonly charactersPerSecond: number;
  /** Aborting it makes every method but `lastSample` throw its reason. */
  readonly signal: AbortSignal;
}

/** Evaluates a network in training: its bits per character on held-out text, and what it writes. */
export class CheckpointEvaluator {
  readonly #predictor: Predictor;
  readonly #setup: CheckpointEvaluatorSetup;

  constructor(predictor: Predictor, setup: CheckpointEvaluatorSetup) {
    this.#predictor = predictor;
    this.#setup = setup;
  }

  /** Evaluates on part of the held-out text; null where nothing is held out. */
  async validate(): Promise<Evaluation | null> {
    return await this.#evaluate(Math.min(CHARACTERS_ON_THE_WAY, this.#affordable(SECONDS_ON_THE_WAY)));
  }

  /** Evaluates on the first 150,000 held-out characters, or a part of them where the time is short. */
  async validateFully(): Promise<Evaluation | null> {
    const given = (this.#setup.seconds ?? Number.POSITIVE_INFINITY) * SHARE_AT_THE_END;
    const seconds = Math.min(SECONDS_AT_THE_END, Math.max(SECONDS_ON_THE_WAY, given));
    return await this.#evaluate(this.#affordable(seconds));
  }

  async sample(epoch: number): Promise<string> {
    return await this.#sample(epoch, this.#setup.signal);
  }

  /** The sample at the end of a training, which nothing aborts. */
  async lastSample(epoch: number): Promise<string> {
    return await this.#sample(epoch);
  }

  async #sample(epoch: number, signal?: AbortSignal): Promise<string> {
    const length = Math.min(SAMPLE_LENGTH, this.#affordable(SECONDS_ON_THE_WAY));
    return await writeSample(this.#predictor, { epoch, length, seed: this.#setup.seed }, signal ? { signal } : {});
  }

  async #evaluate(characters: number): Promise<Evaluation | null> {
    const text = this.#setup.heldOut.subarray(0, FINAL_CHARACTERS);
    return text.length === 0 ? null : await evaluate(this.#predictor, text, characters, this.#setup.signal);
  }

  #affordable(seconds: number): number {
    return Math.max(100, Math.round(this.#setup.charactersPerSecond * READING_SPEED * seconds));
  }
}
