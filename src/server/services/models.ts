import type { KnownNames } from '../../completion/code-aware/known-names';
import { Completer } from '../../completion/completer';
import { thresholdsOf } from '../../completion/expected-savings';
import type { Expert } from '../../completion/experts/expert';
import { memoryExpert } from '../../completion/experts/memory-expert';
import { networkExpert } from '../../completion/experts/network-expert';
import type { Predictor } from '../../engine/engine';
import type { Memory } from '../../memory/memory';
import type { ModelState } from '../../protocol/model-status';
import type { Settings } from '../../protocol/settings';
import type { OperatingPoints } from '../../protocol/training-events';
import { UserError } from '../../protocol/user-error';
import { inBackground, stackOf } from '../requests';
import type { CheckpointSource } from './checkpoint-source';
import { loadNetwork } from './load-network';

/** Network of a checkpoint and memory, of which a model has at least one. */
export interface ModelExperts {
  /** Epoch, bits per character and operating points of the network. */
  readonly epoch?: number | null;
  readonly bpc?: number | null;
  readonly operatingPoints?: OperatingPoints | null;
  /** Whether the user has chosen this epoch. */
  readonly isChosen?: boolean;
  readonly predictor: Predictor | null;
  readonly memory: Memory | null;
}

/** Experts ready to complete. */
export class CompletionModel {
  readonly state: ModelState;
  readonly completer: Completer;
  readonly #predictor: Predictor | null;
  readonly #memory: Memory | null;
  readonly #uses = new Set<Promise<unknown>>();

  constructor(
    { epoch = null, bpc = null, operatingPoints = null, isChosen = false, predictor, memory }: ModelExperts,
    names?: KnownNames,
  ) {
    this.state = { epoch, bpc, memory: memory !== null, ...(isChosen && { isChosen }) };
    this.#predictor = predictor;
    this.#memory = memory;
    const quick = memory && predictor ? memoryExpert(memory, null) : undefined;
    const thresholds = thresholdsOf(predictor && operatingPoints, { memory: memory !== null });
    this.completer = new Completer(expertOf(predictor, memory), { thresholds, names, quick });
  }

  /** Number of updates of the memory since it was built: where it is the same, so are the completions. */
  get updates(): number {
    return this.#memory?.updates ?? 0;
  }

  /** Works with the model, or the network itself; the model is not retired before the work ends. */
  async use<T>(work: (predictor: Predictor | null) => Promise<T>): Promise<T> {
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
    this.#predictor?.dispose();
  }
}

function expertOf(predictor: Predictor | null, memory: Memory | null): Expert {
  const network = predictor && networkExpert(predictor);
  if (memory) {
    return memoryExpert(memory, network);
  }
  if (network) {
    return network;
  }
  throw new Error('a model without experts');
}

export interface ModelsSetup {
  readonly checkpoints: Pick<CheckpointSource, 'toComplete' | 'chosenEpoch'>;
  readonly memory: () => Memory | null;
  readonly settings: () => Promise<Settings>;
  /** Names that suggestions of every model may contain. */
  readonly names: KnownNames;
  /** Readies a model for where the user is, before it takes over. */
  readonly warm: (model: CompletionModel) => Promise<void>;
  /** After every load: the model that completes now, and why the newest one could not be loaded. */
  readonly onChange: (model: CompletionModel | null, problem: string | null) => void;
  readonly log: (line: string) => void;
}

/**
 * The model that completes: the newest checkpoint and the memory, or the network of a chosen epoch. Each new one takes
 * over between two requests.
 */
export class Models {
  readonly #setup: ModelsSetup;
  #current: CompletionModel | null = null;
  #loading: Promise<void> = Promise.resolve();

  constructor(setup: ModelsSetup) {
    this.#setup = setup;
  }

  get current(): CompletionModel | null {
    return this.#current;
  }

  /** Takes the newest checkpoint and memory. Where it cannot be loaded, the model before goes on. Never rejects. */
  refresh(): Promise<void> {
    this.#loading = this.#loading.then(() => this.#load()).catch((error) => this.#setup.log(stackOf(error)));
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      const next = await this.#open();
      if (next) {
        await this.#setup.warm(next);
      }
      const before = this.#current;
      this.#current = next;
      this.#setup.onChange(next, null);
      if (before) {
        inBackground(this.#setup.log, before.retire());
      }
    } catch (error) {
      if (!(error instanceof UserError)) {
        this.#setup.log(stackOf(error));
      }
      const problem = error instanceof UserError ? error.message : 'The model could not be loaded; the log tells more.';
      this.#setup.onChange(this.#current, problem);
    }
  }

  async #open(): Promise<CompletionModel | null> {
    const { checkpoints } = this.#setup;
    const path = checkpoints.toComplete();
    const isChosen = checkpoints.chosenEpoch !== null;
    // Beside a memory one would hardly feel what a chosen epoch's network has learnt.
    const memory = isChosen ? null : this.#setup.memory();
    if (path === null && memory === null) {
      return null;
    }
    const network = path === null ? { predictor: null } : await this.#readNetwork(path);
    return new CompletionModel({ ...network, memory, isChosen }, this.#setup.names);
  }

  async #readNetwork(path: string): Promise<Omit<ModelExperts, 'memory'>> {
    const { metadata, predictor, notice } = await loadNetwork(path, await this.#setup.settings());
    if (notice !== null) {
      this.#setup.log(notice);
    }
    const { epoch, validationBpc, trainBpc, operatingPoints } = metadata;
    return { predictor, epoch, bpc: validationBpc ?? trainBpc, operatingPoints };
  }
}
