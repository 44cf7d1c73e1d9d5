import type { Predictor } from '../../engine/engine';
import type { Settings } from '../../protocol/settings';
import type { CheckpointSource } from './checkpoint-source';
import { loadNetwork } from './load-network';

/** Networks that stay loaded for whoever asks next: some tens of MB each at the talk's size. */
const MOST_KEPT = 2;

/** Milliseconds after which networks that nobody uses are freed. */
const UNUSED = 60_000;

export interface EpochNetworksSetup {
  readonly checkpoints: Pick<CheckpointSource, 'pathOf' | 'identityOf'>;
  readonly settings: () => Promise<Settings>;
}

/** Network of an epoch, loaded. */
export interface EpochNetwork {
  /** Path of its checkpoint file, and identity of that file's version. */
  readonly path: string;
  readonly identity: string;
  readonly epoch: number;
  readonly predictor: Predictor;
}

/** A network that is loaded or being loaded, and the number of those who use it. */
interface KeptNetwork {
  readonly identity: string;
  readonly network: Promise<EpochNetwork>;
  uses: number;
}

/**
 * Networks of epochs, for all that shows what one can do: each is loaded once for those who use it at the same time, a
 * few stay for a while after their last use, and none is freed while it is used.
 */
export class EpochNetworks {
  readonly #setup: EpochNetworksSetup;
  /** The least recently asked for first. */
  #kept: KeptNetwork[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(setup: EpochNetworksSetup) {
    this.#setup = setup;
  }

  /**
   * Works with the network of an epoch, or for null with the one that completes.
   *
   * @param again identity of a network that is to be used once more where it is still kept, although a newer one may
   *   complete by now
   * @throws UserError where there is no such network
   */
  async use<T>(
    epoch: number | null,
    work: (network: EpochNetwork) => Promise<T>,
    again: string | null = null,
  ): Promise<T> {
    const kept = this.#find(again) ?? this.#newestOf(epoch);
    clearTimeout(this.#timer);
    this.#kept = [...this.#kept.filter((other) => other !== kept), kept];
    kept.uses++;
    try {
      return await work(await kept.network);
    } finally {
      kept.uses--;
      this.#afterUse(kept);
    }
  }

  /** Frees what is kept, or once its use has ended: epochs are other networks now, or the session is closed. */
  forget(): void {
    clearTimeout(this.#timer);
    const unused = this.#kept.filter(({ uses }) => uses === 0);
    this.#kept = [];
    unused.forEach(free);
  }

  #find(identity: string | null): KeptNetwork | undefined {
    return this.#kept.find((kept) => kept.identity === identity);
  }

  #newestOf(epoch: number | null): KeptNetwork {
    const { checkpoints } = this.#setup;
    const path = checkpoints.pathOf(epoch);
    const identity = checkpoints.identityOf(path);
    return this.#find(identity) ?? this.#begin(path, identity);
  }

  #begin(path: string, identity: string): KeptNetwork {
    const kept: KeptNetwork = { identity, network: this.#load(path, identity), uses: 0 };
    // Whoever asks next tries again.
    kept.network.catch(() => this.#drop([kept]));
    return kept;
  }

  async #load(path: string, identity: string): Promise<EpochNetwork> {
    const { metadata, predictor } = await loadNetwork(path, await this.#setup.settings());
    return { path, identity, epoch: metadata.epoch, predictor };
  }

  #afterUse(kept: KeptNetwork): void {
    if (kept.uses === 0 && !this.#kept.includes(kept)) {
      free(kept);
    }
    const surplus = this.#kept.filter(({ uses }) => uses === 0).slice(0, Math.max(0, this.#kept.length - MOST_KEPT));
    this.#drop(surplus);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#drop(this.#kept.filter(({ uses }) => uses === 0)), UNUSED).unref();
  }

  #drop(unused: readonly KeptNetwork[]): void {
    this.#kept = this.#kept.filter((kept) => !unused.includes(kept));
    unused.forEach(free);
  }
}

/** One that could not be loaded has nothing to free. */
function free({ network }: KeptNetwork): void {
  network.then(
    ({ predictor }) => predictor.dispose(),
    () => {},
  );
}
