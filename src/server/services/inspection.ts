import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { chooseCompletingEngine } from '../../engine/choose';
import type { Predictor } from '../../engine/engine';
import { activationsOf, inspectCharacters, lookBackFrom, readText, type TextReading } from '../../inspection/inspect';
import { rankUnits } from '../../inspection/unit-ranking';
import { readCheckpoint } from '../../model/checkpoint';
import { LONGEST_INSPECTED } from '../../protocol/inspection';
import type { Activation, Inspect, LookBack, Units } from '../../protocol/messages';
import type { ParamsOf, ResultOf } from '../../protocol/request-kind';
import type { Settings } from '../../protocol/settings';
import { UserError } from '../../protocol/user-error';
import { charactersOf } from '../../python/alphabet';
import type { WorkspaceReader } from '../../reader/workspace-reader';
import { Run } from '../../training/run';

/** Milliseconds after which a network that nobody looks into is freed. */
const UNUSED = 60_000;

/** Characters of held-out files over which units are found: a few seconds of the talk's network. */
const RANKED_CHARACTERS = 20_000;

export interface InspectionSetup {
  /** The run whose epochs may be asked for. */
  readonly run: Run;
  /** Path of the checkpoint that completes, or null. */
  readonly newestCheckpoint: () => string | null;
  readonly reader: Pick<WorkspaceReader, 'heldOut'>;
  readonly settings: () => Promise<Settings>;
  readonly isTrusted: () => boolean;
  /** Resolves when no completion is being worked on. */
  readonly untilIdle: () => Promise<void>;
  /** Aborted when the session is closed. */
  readonly closing: AbortSignal;
}

/** A network that is looked into. */
interface LoadedNetwork {
  /** Epoch that was asked for. */
  readonly wanted: number | null;
  /** Identity of the checkpoint file. */
  readonly identity: string;
  readonly epoch: number;
  readonly predictor: Predictor;
}

/**
 * Looks into networks: one request at a time, between completions, which come first. Keeps one network and what it has
 * read last, for as long as they are used.
 */
export class Inspection {
  readonly #setup: InspectionSetup;
  #turn: Promise<unknown> = Promise.resolve();
  #network: LoadedNetwork | null = null;
  #reading: { readonly text: string; readonly result: TextReading } | null = null;
  /** Last ranking of units, and the checkpoint whose it is. */
  #ranking: { readonly identity: string; readonly result: Promise<ResultOf<typeof Units>> } | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(setup: InspectionSetup) {
    this.#setup = setup;
  }

  /** @throws UserError where there is no such network, or the text is too long; so do the others */
  inspect({ text, epoch }: ParamsOf<typeof Inspect>): Promise<ResultOf<typeof Inspect>> {
    return this.#inTurn(async () => {
      checkText(text);
      const network = await this.#load(epoch, true);
      const characters = inspectCharacters(await this.#read(network, text));
      return { epoch: network.epoch, ...network.predictor.model, characters };
    });
  }

  activation({ text, epoch, layer, unit }: ParamsOf<typeof Activation>): Promise<number[]> {
    return this.#inTurn(async () => {
      checkText(text);
      const network = await this.#load(epoch);
      const { layers, units } = network.predictor.model;
      if (layer >= layers || unit >= units) {
        throw new UserError(`This network has no such unit: it has ${layers} layers of ${units} units each.`);
      }
      return activationsOf(await this.#read(network, text), layer, unit);
    });
  }

  lookBack({ text, epoch, at }: ParamsOf<typeof LookBack>): Promise<number[]> {
    return this.#inTurn(async () => {
      checkText(text);
      if (at >= charactersOf(text).length) {
        throw new UserError('The text has no such character to look back from.');
      }
      const { predictor } = await this.#load(epoch);
      await this.#betweenPieces();
      return await lookBackFrom(predictor, text, at);
    });
  }

  /** Takes seconds, and other requests do not wait for it: it works with a network of its own. */
  async units({ epoch }: ParamsOf<typeof Units>): Promise<ResultOf<typeof Units>> {
    const path = this.#checkpoint(epoch);
    const identity = identityOf(path);
    if (this.#ranking?.identity !== identity) {
      const before = this.#ranking?.result.catch(() => {}) ?? Promise.resolve();
      this.#ranking = { identity, result: before.then(() => this.#rankUnits(path)) };
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

  /** Frees what is kept, once the request under way has ended: the run has changed, or the session is closed. */
  forget(): void {
    this.#ranking = null;
    this.#turn = this.#turn.then(() => this.#free());
  }

  /** Does `work` after what was asked before. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    clearTimeout(this.#timer);
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {}).then(() => this.#freeLater());
    return result;
  }

  #freeLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.forget(), UNUSED).unref();
  }

  #free(): void {
    clearTimeout(this.#timer);
    this.#network?.predictor.dispose();
    this.#network = null;
    this.#reading = null;
  }

  /**
   * The network of an epoch, or for null the one that completes. Where that was looked into already it stays, so that
   * what is seen of a text belongs together, unless the newest is to be taken.
   */
  async #load(epoch: number | null, takeNewest = false): Promise<LoadedNetwork> {
    if (this.#network?.wanted === epoch && epoch === null && !takeNewest) {
      return this.#network;
    }
    const path = this.#checkpoint(epoch);
    const identity = identityOf(path);
    if (this.#network?.wanted !== epoch || this.#network.identity !== identity) {
      this.#free();
      this.#network = { wanted: epoch, identity, ...(await this.#open(path)) };
    }
    return this.#network;
  }

  /** @throws UserError where there is none, or nothing may run */
  #checkpoint(epoch: number | null): string {
    const { run, newestCheckpoint, isTrusted } = this.#setup;
    if (!isTrusted()) {
      throw new UserError('Understudy is off in a workspace that is not trusted.');
    }
    const path = epoch === null ? newestCheckpoint() : run.checkpointPath(epoch);
    if (path === null) {
      throw new UserError(
        'There is no network to look into yet: its first checkpoint comes soon after a training begins.',
      );
    }
    return path;
  }

  async #open(path: string): Promise<Pick<LoadedNetwork, 'epoch' | 'predictor'>> {
    const { engine: wanted, threads } = await this.#setup.settings();
    const { metadata, parameters } = await readCheckpoint(path);
    const { engine } = chooseCompletingEngine(wanted, threads === 0 ? null : threads);
    return { epoch: metadata.epoch, predictor: await engine.createPredictor(metadata.model, parameters) };
  }

  async #read({ predictor }: LoadedNetwork, text: string): Promise<TextReading> {
    if (this.#reading?.text !== text) {
      this.#reading = { text, result: await readText(predictor, text, this.#betweenPieces) };
    }
    return this.#reading.result;
  }

  async #rankUnits(path: string): Promise<ResultOf<typeof Units>> {
    const { closing, reader } = this.#setup;
    const { request, corpus } = new Run(dirname(dirname(path))).info();
    const files = await reader.heldOut(request, RANKED_CHARACTERS, closing);
    const texts = files.map(({ symbols }) => symbols.subarray(0, RANKED_CHARACTERS));
    const { predictor } = await this.#open(path);
    try {
      const rankings = await rankUnits(predictor, texts, this.#betweenPieces);
      const characters = texts.reduce((sum, { length }) => sum + length, 0);
      return { characters, isHeldOut: corpus.validationFiles > 0, rankings };
    } finally {
      predictor.dispose();
    }
  }

  /** Lets requests in, and completions go first. */
  readonly #betweenPieces = async (): Promise<void> => {
    await setImmediate();
    await this.#setup.untilIdle();
    this.#setup.closing.throwIfAborted();
  };
}

/** Identity of a file and its version. @throws UserError where it is not there */
function identityOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${path} ${ino} ${size} ${mtimeMs}`;
  } catch {
    throw new UserError('The weights of this epoch were not kept.');
  }
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
