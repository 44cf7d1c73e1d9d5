import { setImmediate } from 'node:timers/promises';
import { chooseCompletingEngine } from '../../engine/choose';
import type { Predictor } from '../../engine/engine';
import { generate } from '../../generation/generate';
import { readCheckpoint } from '../../model/checkpoint';
import { Random } from '../../model/random';
import type { GenerateText } from '../../protocol/messages';
import type { ParamsOf, ResultOf } from '../../protocol/request-kind';
import type { Settings } from '../../protocol/settings';
import type { CheckpointSource } from './checkpoint-source';

/** Milliseconds after which a network that writes nothing is freed. */
const UNUSED = 60_000;

/** Milliseconds between two parts of a text: as often as a page draws, nearly. */
const PART_SPACING = 40;

export interface TextGenerationSetup {
  readonly checkpoints: Pick<CheckpointSource, 'pathOf' | 'identityOf'>;
  readonly settings: () => Promise<Settings>;
  /** Resolves when no completion is being worked on. */
  readonly untilIdle: () => Promise<void>;
}

/** A network that writes. */
interface Writer {
  /** Identity of its checkpoint file. */
  readonly identity: string;
  readonly epoch: number;
  readonly predictor: Predictor;
}

/**
 * Writes texts with the network of any epoch: one text at a time, between completions, which come first. Keeps one
 * network, for as long as it is used.
 */
export class TextGeneration {
  readonly #setup: TextGenerationSetup;
  #turn: Promise<unknown> = Promise.resolve();
  #writer: Writer | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(setup: TextGenerationSetup) {
    this.#setup = setup;
  }

  /**
   * Text that a network writes after a prompt. Where `signal` is aborted, it is what was written by then.
   *
   * @param onPart is told what was written since the part before
   * @throws UserError where there is no such network
   */
  write(
    params: ParamsOf<typeof GenerateText>,
    signal: AbortSignal,
    onPart: (part: string) => void = () => {},
  ): Promise<ResultOf<typeof GenerateText>> {
    clearTimeout(this.#timer);
    const written = this.#turn.then(() => this.#write(params, signal, onPart));
    this.#turn = written.catch(() => {}).then(() => this.#freeLater());
    return written;
  }

  /** Frees the network, once the text under way is written: the run has changed, or the session is closed. */
  forget(): void {
    this.#turn = this.#turn.then(() => this.#free());
  }

  async #write(
    { epoch, prompt, length, sampling, seed }: ParamsOf<typeof GenerateText>,
    signal: AbortSignal,
    onPart: (part: string) => void,
  ): Promise<ResultOf<typeof GenerateText>> {
    const writer = await this.#load(epoch);
    const parts = new Parts(onPart);
    const onCharacter = async (character: string): Promise<void> => {
      if (parts.add(character)) {
        await setImmediate();
      }
      await this.#setup.untilIdle();
    };
    try {
      await generate(writer.predictor, prompt, length, sampling, new Random(seed), { signal, onCharacter });
    } catch (error) {
      if (error !== signal.reason) {
        throw error;
      }
    }
    parts.flush();
    return { epoch: writer.epoch, text: parts.text };
  }

  async #load(epoch: number | null): Promise<Writer> {
    const { checkpoints, settings } = this.#setup;
    const path = checkpoints.pathOf(epoch);
    const identity = checkpoints.identityOf(path);
    if (this.#writer?.identity === identity) {
      return this.#writer;
    }
    this.#free();
    const { engine: wanted, threads } = await settings();
    const { metadata, parameters } = await readCheckpoint(path);
    const { engine } = chooseCompletingEngine(wanted, threads === 0 ? null : threads);
    const predictor = await engine.createPredictor(metadata.model, parameters);
    this.#writer = { identity, epoch: metadata.epoch, predictor };
    return this.#writer;
  }

  #freeLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.forget(), UNUSED).unref();
  }

  #free(): void {
    clearTimeout(this.#timer);
    this.#writer?.predictor.dispose();
    this.#writer = null;
  }
}

/** A text that grows by characters and is told in parts. */
class Parts {
  readonly #onPart: (part: string) => void;
  #toldAt = performance.now();
  #untold = '';
  text = '';

  constructor(onPart: (part: string) => void) {
    this.#onPart = onPart;
  }

  /** Returns whether a part was told. */
  add(character: string): boolean {
    this.text += character;
    this.#untold += character;
    const isDue = performance.now() - this.#toldAt >= PART_SPACING;
    if (isDue) {
      this.flush();
    }
    return isDue;
  }

  flush(): void {
    if (this.#untold !== '') {
      this.#onPart(this.#untold);
      this.#untold = '';
    }
    this.#toldAt = performance.now();
  }
}
