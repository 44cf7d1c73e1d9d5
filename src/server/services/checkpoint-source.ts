import { existsSync, statSync } from 'node:fs';
import { UserError } from '../../protocol/user-error';
import type { Runs } from './runs';

/** Epoch of the current run that the user wants suggestions from. */
interface Choice {
  readonly epoch: number;
  /** When its run began: another run's epoch of the same number is another network. */
  readonly created: string;
}

/**
 * Checkpoints of the workspace's runs: that of an epoch, and the one that completes, which is the newest unless the
 * user has chosen an epoch. A choice ends with its run, and with the session.
 */
export class CheckpointSource {
  readonly #runs: Runs;
  readonly #isTrusted: () => boolean;
  #choice: Choice | null = null;

  constructor(runs: Runs, isTrusted: () => boolean) {
    this.#runs = runs;
    this.#isTrusted = isTrusted;
  }

  /** Epoch that the user has chosen to complete from; null for the newest. */
  get chosenEpoch(): number | null {
    return this.#choice?.epoch ?? null;
  }

  /** Path of the checkpoint that completes; null without one, and where nothing may run. */
  toComplete(): string | null {
    if (!this.#isTrusted()) {
      return null;
    }
    const path = this.#pathOfChoice();
    this.#choice = path === null ? null : this.#choice;
    return path ?? this.#runs.newestCheckpoint();
  }

  /** Path of an epoch's checkpoint, or for null of the one that completes. @throws UserError where there is none */
  pathOf(epoch: number | null): string {
    if (!this.#isTrusted()) {
      throw new UserError('Understudy is off in a workspace that is not trusted.');
    }
    const path = epoch === null ? this.toComplete() : this.#runs.current.checkpointPath(epoch);
    if (path === null) {
      throw new UserError('There is no network yet: its first checkpoint comes soon after a training begins.');
    }
    return path;
  }

  /** Identity of a checkpoint and its version. @throws UserError where it was not kept */
  identityOf(path: string): string {
    try {
      const { ino, size, mtimeMs } = statSync(path);
      return `${path} ${ino} ${size} ${mtimeMs}`;
    } catch {
      throw new UserError('The weights of this epoch were not kept.');
    }
  }

  /** Chooses the epoch to complete from; null for the newest. @throws UserError where its weights were not kept */
  choose(epoch: number | null): void {
    if (epoch === null) {
      this.#choice = null;
      return;
    }
    this.identityOf(this.pathOf(epoch));
    this.#choice = { epoch, created: this.#runs.current.info().created };
  }

  #pathOfChoice(): string | null {
    const { current } = this.#runs;
    if (this.#choice === null || !current.hasInfo || current.info().created !== this.#choice.created) {
      return null;
    }
    const path = current.checkpointPath(this.#choice.epoch);
    return existsSync(path) ? path : null;
  }
}
