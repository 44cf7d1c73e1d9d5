import { existsSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { epochs } from '../../protocol/format';
import { UserError } from '../../protocol/user-error';
import { replaceFileAtomically } from '../../storage/durable-file';
import { parseJson } from '../../storage/json';
import { makeFolder } from '../../storage/private-folder';
import { readRegularFileSync } from '../../storage/regular-file';
import type { Runs } from './runs';

/** Epoch of the current run that the user wants suggestions from. */
const Choice = v.object({
  epoch: v.number(),
  /** When its run began: another run's epoch of the same number is another network. */
  created: v.string(),
});
type Choice = v.InferOutput<typeof Choice>;

/** Most bytes of the file of a choice. */
const LARGEST = 10_000;

export interface CheckpointSourceSetup {
  readonly runs: Runs;
  /** File that keeps the choice, for the next session. */
  readonly path: string;
  readonly isTrusted: () => boolean;
  /** Is told in a sentence that a choice has ended, because its network is gone. */
  readonly onLoss: (message: string) => void;
}

/**
 * Checkpoints of the workspace's runs: that of an epoch, and the one that completes, which is the newest unless the
 * user has chosen an epoch. A choice outlives the session, and ends where its run or its weights are gone.
 */
export class CheckpointSource {
  readonly #path: string;
  readonly #runs: Runs;
  readonly #isTrusted: () => boolean;
  readonly #onLoss: (message: string) => void;
  #choice: Choice | null;

  constructor({ runs, path, isTrusted, onLoss }: CheckpointSourceSetup) {
    this.#path = path;
    this.#runs = runs;
    this.#isTrusted = isTrusted;
    this.#onLoss = onLoss;
    this.#choice = readChoice(path);
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
    if (this.#choice !== null && path === null) {
      const { epoch } = this.#choice;
      this.#forgetChoice();
      const why = `the one of epoch ${epochs(epoch)}, which was chosen, is not there any more`;
      this.#onLoss(`Suggestions come from the newest network again: ${why}.`);
    }
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
  async choose(epoch: number | null): Promise<void> {
    if (epoch === null) {
      this.#forgetChoice();
      return;
    }
    this.identityOf(this.pathOf(epoch));
    this.#choice = { epoch, created: this.#runs.current.info().created };
    makeFolder(dirname(this.#path));
    await replaceFileAtomically(this.#path, JSON.stringify(this.#choice));
  }

  #forgetChoice(): void {
    this.#choice = null;
    rmSync(this.#path, { force: true });
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

/** What an earlier session has kept, if it can be read. */
function readChoice(path: string): Choice | null {
  try {
    return v.parse(Choice, parseJson(readRegularFileSync(path, LARGEST).toString('utf8')));
  } catch {
    return null;
  }
}
