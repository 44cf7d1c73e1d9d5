import type { KnownNames } from '../completion/code-aware/known-names';
import { Completer } from '../completion/completer';
import { gruExpert } from '../completion/gru';
import { chooseEngine } from '../engine/choose';
import type { Predictor } from '../engine/engine';
import { readCheckpoint } from '../model/checkpoint';
import type { ModelState, Settings } from '../protocol/lsp';
import { UserError } from '../protocol/user-error';

/** One checkpoint, ready to complete. */
export class Model {
  readonly completer: Completer;
  readonly #predictor: Predictor;
  readonly #uses = new Set<Promise<unknown>>();

  constructor(
    readonly state: ModelState,
    predictor: Predictor,
    names?: KnownNames,
  ) {
    this.#predictor = predictor;
    this.completer = new Completer(gruExpert(predictor), { names });
  }

  /** Works with the model, or the network itself; the model is not retired before the work ends. */
  async use<T>(work: (predictor: Predictor) => Promise<T>): Promise<T> {
    const use = work(this.#predictor);
    this.#uses.add(use);
    try {
      return await use;
    } finally {
      this.#uses.delete(use);
    }
  }

  /** Frees the network once nobody uses it any more. */
  async retire(): Promise<void> {
    await Promise.allSettled(this.#uses);
    await this.completer.idle();
    this.#predictor.dispose();
  }
}

export interface ModelsSetup {
  /** Path of the checkpoint to complete from, or null. */
  readonly newestCheckpoint: () => string | null;
  readonly settings: () => Promise<Settings>;
  /** What every model's suggestions may name. */
  readonly names: KnownNames;
  /** Readies a model for where the user is, before it takes over. */
  readonly warm: (model: Model) => Promise<void>;
  /** After every load: the model that completes now, and why the newest one could not be loaded. */
  readonly onChange: (model: Model | null, problem: string | null) => void;
  readonly log: (line: string) => void;
}

/** The model that completes: the newest checkpoint, each new one taking over between two requests. */
export class Models {
  readonly #setup: ModelsSetup;
  #current: Model | null = null;
  #loading: Promise<void> = Promise.resolve();

  constructor(setup: ModelsSetup) {
    this.#setup = setup;
  }

  get current(): Model | null {
    return this.#current;
  }

  /** Takes the newest checkpoint. Where it cannot be loaded, the model before goes on. */
  refresh(): Promise<void> {
    this.#loading = this.#loading.then(() => this.#load());
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      const path = this.#setup.newestCheckpoint();
      const next = path === null ? null : await this.#open(path);
      if (next) await this.#setup.warm(next);
      const before = this.#current;
      this.#current = next;
      this.#setup.onChange(next, null);
      void before?.retire();
    } catch (error) {
      if (!(error instanceof UserError)) this.#setup.log(String(error instanceof Error ? error.stack : error));
      const problem = error instanceof UserError ? error.message : 'The model could not be loaded; the log tells more.';
      this.#setup.onChange(this.#current, problem);
    }
  }

  async #open(path: string): Promise<Model> {
    const { engine: wanted, threads } = await this.#setup.settings();
    const { metadata, parameters } = await readCheckpoint(path);
    // One character at a time is no work for a graphics card.
    const { engine, notice } = chooseEngine(wanted === 'tfjs' ? 'auto' : wanted, threads === 0 ? null : threads);
    if (notice !== null) this.#setup.log(notice);
    const predictor = await engine.createPredictor(metadata.model, parameters);
    const state = { epoch: metadata.epoch, bpc: metadata.validationBpc ?? metadata.trainBpc };
    return new Model(state, predictor, this.#setup.names);
  }
}
