import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { activationsOf, inspectCharacters, lookBackFrom, readText, type TextReading } from '../../inspection/inspect';
import { rankUnits } from '../../inspection/unit-ranking';
import { LONGEST_INSPECTED } from '../../protocol/inspection';
import type { Activation, Inspect, LookBack, Units } from '../../protocol/messages';
import type { ParamsOf, ResultOf } from '../../protocol/request-kind';
import { UserError } from '../../protocol/user-error';
import { charactersOf } from '../../python/alphabet';
import type { WorkspaceReader } from '../../reader/workspace-reader';
import { Run } from '../../training/run';
import type { CheckpointSource } from './checkpoint-source';
import type { EpochNetwork, EpochNetworks } from './epoch-networks';

/** Characters of held-out files over which units are found: a few seconds of the talk's network. */
const RANKED_CHARACTERS = 20_000;

export interface InspectionSetup {
  readonly networks: Pick<EpochNetworks, 'use'>;
  readonly checkpoints: Pick<CheckpointSource, 'pathOf' | 'identityOf'>;
  readonly reader: Pick<WorkspaceReader, 'heldOut'>;
  /** Resolves when no completion is being worked on. */
  readonly untilIdle: () => Promise<void>;
  /** Aborted when the session is closed. */
  readonly closing: AbortSignal;
}

/** The text that a network has read last. */
interface LastReading {
  readonly text: string;
  readonly result: TextReading;
}

/** Looks into networks: one request at a time, between completions, which come first. */
export class Inspection {
  readonly #setup: InspectionSetup;
  #turn: Promise<unknown> = Promise.resolve();
  /** Identity of the network that completed when a text was looked into last. */
  #newest: string | null = null;
  /** For as long as the networks are kept. */
  readonly #readings = new WeakMap<EpochNetwork, LastReading>();
  /** Last ranking of units, and the checkpoint whose it is. */
  #ranking: { readonly identity: string; readonly result: Promise<ResultOf<typeof Units>> } | null = null;

  constructor(setup: InspectionSetup) {
    this.#setup = setup;
  }

  /** @throws UserError where there is no such network, or the text is too long; so do the others */
  inspect({ text, epoch }: ParamsOf<typeof Inspect>): Promise<ResultOf<typeof Inspect>> {
    return this.#inTurn(async () => {
      checkText(text);
      return await this.#setup.networks.use(epoch, async (network) => {
        this.#newest = epoch === null ? network.identity : this.#newest;
        const characters = inspectCharacters(await this.#read(network, text));
        return { epoch: network.epoch, ...network.predictor.model, characters };
      });
    });
  }

  activation({ text, epoch, layer, unit }: ParamsOf<typeof Activation>): Promise<number[]> {
    return this.#inTurn(async () => {
      checkText(text);
      return await this.#useAgain(epoch, async (network) => {
        const { layers, units } = network.predictor.model;
        if (layer >= layers || unit >= units) {
          throw new UserError(`This network has no such unit: it has ${layers} layers of ${units} units each.`);
        }
        return activationsOf(await this.#read(network, text), layer, unit);
      });
    });
  }

  lookBack({ text, epoch, at }: ParamsOf<typeof LookBack>): Promise<number[]> {
    return this.#inTurn(async () => {
      checkText(text);
      if (at >= charactersOf(text).length) {
        throw new UserError('The text has no such character to look back from.');
      }
      return await this.#useAgain(epoch, async ({ predictor }) => {
        await this.#betweenPieces();
        return await lookBackFrom(predictor, text, at);
      });
    });
  }

  /** Takes seconds, and other requests do not wait for it. */
  async units({ epoch }: ParamsOf<typeof Units>): Promise<ResultOf<typeof Units>> {
    const { checkpoints } = this.#setup;
    const identity = checkpoints.identityOf(checkpoints.pathOf(epoch));
    if (this.#ranking?.identity !== identity) {
      const before = this.#ranking?.result.catch(() => {}) ?? Promise.resolve();
      this.#ranking = { identity, result: before.then(() => this.#rankUnits(epoch)) };
    }
    const ranking = this.#ranking;
    try {
      return await ranking.result;
    } catch (error) {
      if (this.#ranking === ranking) {
        this.#ranking = null;
      }
      throw error;
    }
  }

  /** Does `work` after what was asked before. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  /**
   * Works with the network of an epoch. The one that completed when a text was looked into is used again, so that what
   * is seen of the text belongs together.
   */
  #useAgain<T>(epoch: number | null, work: (network: EpochNetwork) => Promise<T>): Promise<T> {
    return this.#setup.networks.use(epoch, work, epoch === null ? this.#newest : null);
  }

  async #read(network: EpochNetwork, text: string): Promise<TextReading> {
    const before = this.#readings.get(network);
    if (before?.text === text) {
      return before.result;
    }
    const result = await readText(network.predictor, text, this.#betweenPieces);
    this.#readings.set(network, { text, result });
    return result;
  }

  #rankUnits(epoch: number | null): Promise<ResultOf<typeof Units>> {
    const { closing, networks, reader } = this.#setup;
    return networks.use(epoch, async ({ path, predictor }) => {
      const { request, corpus } = new Run(dirname(dirname(path))).info();
      const files = await reader.heldOut(request, RANKED_CHARACTERS, closing);
      const texts = files.map(({ symbols }) => symbols.subarray(0, RANKED_CHARACTERS));
      const rankings = await rankUnits(predictor, texts, this.#betweenPieces);
      const characters = texts.reduce((sum, { length }) => sum + length, 0);
      return { characters, isHeldOut: corpus.validationFiles > 0, rankings };
    });
  }

  /** Lets requests in, and completions go first. */
  readonly #betweenPieces = async (): Promise<void> => {
    await setImmediate();
    await this.#setup.untilIdle();
    this.#setup.closing.throwIfAborted();
  };
}

/** @throws UserError where it is too long to look into, or empty */
function checkText(text: string): void {
  if (text === '') {
    throw new UserError('There is no text to look into: type some, or select it in an editor.');
  }
  if (text.length > LONGEST_INSPECTED) {
    const [most, given] = [LONGEST_INSPECTED, text.length].map((count) => count.toLocaleString('en'));
    throw new UserError(`Look into at most ${most} characters at a time: this text has ${given}.`);
  }
}
