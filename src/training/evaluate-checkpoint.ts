import type { Predictor } from '../engine/engine';
import { writeSamples } from '../generation/sample';
import { type Evaluation, evaluate, FINAL_CHARACTERS } from '../metrics/evaluate';
import type { SampleEvent, StructureEvent } from '../protocol/training-events';
import type { Inspector } from './inspector';

/** Held-out characters of a validation during training, spread evenly over those of the final one. */
const CHARACTERS_ON_THE_WAY = 20_000;
/** Characters of a sample, and the fewest of one where the engine is slow. */
const SAMPLE_LENGTH = 600;
const SHORTEST_SAMPLE = 100;

/** Seconds that each may take with an engine so slow that the numbers above would take longer. */
const SECONDS_ON_THE_WAY = 3;
/** Those of structure, of which the figures stand for a few hundred places in any case. */
const SECONDS_FOR_STRUCTURE = 1;
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
  /** Prompts of the samples. */
  readonly prompts: readonly string[];
  /** Null for samples without marks. */
  readonly inspector: Inspector | null;
  /** Seconds that the training was given; null where it was given none. */
  readonly seconds: number | null;
  /** Training speed on this machine. */
  readonly charactersPerSecond: number;
  /** Aborting it makes every method but `lastSamples` throw its reason. */
  readonly signal: AbortSignal;
}

export type WrittenSample = Omit<SampleEvent, 'kind' | 'epoch'>;
export type StructureMeasured = Omit<StructureEvent, 'kind' | 'epoch'>;

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

  async samples(): Promise<WrittenSample[]> {
    return await this.#samples(this.#setup.signal);
  }

  /** The samples at the end of a training, which nothing aborts. */
  async lastSamples(): Promise<WrittenSample[]> {
    return await this.#samples();
  }

  /** Null where nothing is held out, or nobody can tell. */
  async structure(): Promise<StructureMeasured | null> {
    const { inspector, signal } = this.#setup;
    const characters = this.#affordable(SECONDS_FOR_STRUCTURE);
    return (await inspector?.structure(this.#predictor, { characters, signal })) ?? null;
  }

  /** With a slow engine all samples together are as long as one could be. */
  async #samples(signal?: AbortSignal): Promise<WrittenSample[]> {
    const { prompts, seed, inspector } = this.#setup;
    const affordable = Math.floor(this.#affordable(SECONDS_ON_THE_WAY) / prompts.length);
    const length = Math.min(SAMPLE_LENGTH, Math.max(SHORTEST_SAMPLE, affordable));
    const texts = await writeSamples(this.#predictor, { prompts, length, seed }, signal);
    return texts.map((text, i) => {
      const prompt = prompts[i]!;
      return inspector === null ? { prompt, text } : { prompt, text, marks: inspector.marks(text, prompt) };
    });
  }

  async #evaluate(characters: number): Promise<Evaluation | null> {
    const text = this.#setup.heldOut.subarray(0, FINAL_CHARACTERS);
    return text.length === 0 ? null : await evaluate(this.#predictor, text, characters, this.#setup.signal);
  }

  #affordable(seconds: number): number {
    return Math.max(100, Math.round(this.#setup.charactersPerSecond * READING_SPEED * seconds));
  }
}
