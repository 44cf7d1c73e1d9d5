import { setImmediate } from 'node:timers/promises';
import type { Predictor } from '../../engine/engine';
import { generate } from '../../generation/generate';
import { Random } from '../../model/random';
import type { GenerateText } from '../../protocol/messages';
import type { ParamsOf, ResultOf } from '../../protocol/request-kind';
import type { EpochNetworks } from './epoch-networks';

/** Milliseconds between two parts of a text: as often as a page draws, nearly. */
const PART_SPACING = 40;

export interface TextGenerationSetup {
  readonly networks: Pick<EpochNetworks, 'use'>;
  /** Resolves when no completion is being worked on. */
  readonly untilIdle: () => Promise<void>;
  /** Aborted when the session is closed. */
  readonly closing: AbortSignal;
}

/** Writes texts with the network of any epoch: one text at a time, between completions, which come first. */
export class TextGeneration {
  readonly #setup: TextGenerationSetup;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(setup: TextGenerationSetup) {
    this.#setup = setup;
  }

  /**
   * Text that a network writes after a prompt. Where it is stopped, it is what was written by then.
   *
   * @param onPart is told what was written since the part before
   * @throws UserError where there is no such network
   */
  write(
    params: ParamsOf<typeof GenerateText>,
    stopped: AbortSignal,
    onPart: (part: string) => void = () => {},
  ): Promise<ResultOf<typeof GenerateText>> {
    const { closing, networks } = this.#setup;
    const signal = AbortSignal.any([stopped, closing]);
    const written = this.#turn.then(() =>
      networks.use(params.epoch, async ({ epoch, predictor }) => {
        return { epoch, text: await this.#write(predictor, params, signal, onPart) };
      }),
    );
    this.#turn = written.catch(() => {});
    return written;
  }

  async #write(
    predictor: Predictor,
    { prompt, length, sampling, seed }: ParamsOf<typeof GenerateText>,
    signal: AbortSignal,
    onPart: (part: string) => void,
  ): Promise<string> {
    const parts = new Parts(onPart);
    const onCharacter = async (character: string): Promise<void> => {
      if (parts.add(character)) {
        await setImmediate();
      }
      await this.#setup.untilIdle();
    };
    try {
      await generate(predictor, prompt, length, sampling, new Random(seed), { signal, onCharacter });
    } catch (error) {
      if (error !== signal.reason) {
        throw error;
      }
    }
    parts.flush();
    return parts.text;
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
