import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingEvent } from '../../protocol/training-events';
import { UserError } from '../../protocol/user-error';
import { withFileErrors } from '../../storage/file-errors';
import { exclusively, isLockedByOther, lockRun, type RunLock } from '../../storage/lock';
import { makeFolder, moveFolder } from '../../storage/private-folder';
import { Run } from '../../training/run';
import { progressOf } from '../../training/schedule';

/** A run that is being deleted is moved to such a name first, so that nobody finds a part of it. */
const DELETED = 'deleted-';

/**
 * Current and previous run of a workspace, and which of them serves completions. The previous one does until the
 * current one is as good, so that neither a new training nor one that comes to nothing makes suggestions worse. Other
 * processes may work on the runs at any time: one that has vanished counts as deleted.
 */
export class Runs {
  readonly #storage: string;
  readonly current: Run;
  readonly #previous: Run;

  constructor(storage: string) {
    this.#storage = storage;
    this.current = new Run(join(storage, 'run'));
    this.#previous = new Run(join(storage, 'previous-run'));
    this.current.tighten();
    this.#previous.tighten();
  }

  /** Path of the checkpoint to complete from, or null. */
  newestCheckpoint(): string | null {
    return (this.isWorseThanPrevious ? null : this.current.newest()) ?? this.#previous.newest();
  }

  /**
   * Whether the previous run serves completions: the current training is not at its end, and not yet as good on the
   * held-out files.
   */
  get isWorseThanPrevious(): boolean {
    return this.#orElse(false, () => {
      const before = this.#previous.newest() === null ? null : this.#previous.validationBpc();
      if (before === null || !this.current.hasInfo) {
        return false;
      }
      const { corpus, finished } = this.current.info();
      if (corpus.validationFiles === 0 || finished?.reason === 'completed') {
        return false;
      }
      return (this.current.validationBpc() ?? Number.POSITIVE_INFINITY) > before;
    });
  }

  /**
   * Identity of the checkpoint that serves completions: a string that differs for every other file and every other
   * version of it; null without a checkpoint.
   */
  checkpointIdentity(): string | null {
    try {
      const path = this.newestCheckpoint();
      if (path === null) {
        return null;
      }
      const { ino, size, mtimeMs } = statSync(path);
      return `${ino} ${size} ${mtimeMs}`;
    } catch {
      // Another process has moved or deleted it since.
      return null;
    }
  }

  /** Whether a process other than this one trains. */
  get isTrainedByOther(): boolean {
    return isLockedByOther(this.current.path);
  }

  /** Progress of an unfinished training, 0 to 1; null where there is none to go on with. */
  paused(): number | null {
    return this.#orElse(null, () => {
      if (!this.current.hasInfo || this.current.isComplete) {
        return null;
      }
      const { finished, limits } = this.current.info();
      if (finished) {
        return progressOf(limits, finished.epoch, finished.seconds);
      }
      return this.current.events().findLast((event) => event.kind === 'progress')?.done ?? 0;
    });
  }

  /** The current run's history so far. */
  events(): TrainingEvent[] {
    return this.#orElse([], () => (this.current.hasInfo ? this.current.events() : []));
  }

  /** Makes room for a new training. @throws UserError where the current run is being trained, or cannot be moved */
  async setAside(): Promise<void> {
    await this.#exclusively(async () => {
      if (this.current.newest() === null || this.isWorseThanPrevious) {
        await this.#delete(this.current);
        return;
      }
      await whileLocked(this.current, async () => {
        await this.#delete(this.#previous);
        await moveFolder(this.current.path, this.#previous.path);
      });
      await rm(join(this.#previous.path, 'trainer.lock'), { force: true });
    });
  }

  /**
   * After a checkpoint, a training, or a crash of one: keeps the run before only while its model is needed.
   *
   * @throws UserError where it cannot be moved or deleted
   */
  async settle(): Promise<void> {
    if (!existsSync(this.#previous.path) && this.#halfDeleted().length === 0) {
      return;
    }
    await this.#exclusively(async () => {
      await this.#deleteRest();
      if (!existsSync(this.#previous.path)) {
        return;
      }
      if (this.current.newest() !== null) {
        if (!this.isWorseThanPrevious) {
          await this.#delete(this.#previous);
        }
      } else if (!this.isTrainedByOther) {
        await this.#delete(this.current);
        await moveFolder(this.#previous.path, this.current.path);
      }
    });
  }

  /**
   * Deletes every run and says how many there were. Of several processes that do so at the same time, one finds them.
   *
   * @throws UserError where one is being trained, or cannot be deleted
   */
  async deleteAll(): Promise<number> {
    if (!existsSync(this.#storage)) {
      return 0;
    }
    return await this.#exclusively(async () => {
      const existing = [this.current, this.#previous].filter(({ path }) => existsSync(path));
      for (const run of existing) {
        await this.#delete(run);
      }
      await this.#deleteRest();
      return existing.length;
    });
  }

  /** Changes runs while no other server does. */
  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    return await withFileErrors(`The models in ${this.#storage} cannot be changed`, async () => {
      makeFolder(this.#storage);
      return await exclusively(join(this.#storage, 'runs.changing'), work);
    });
  }

  /** A run whose files are damaged tells nothing; whoever trains or resumes it is told why. */
  #orElse<T>(otherwise: T, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof UserError) {
        return otherwise;
      }
      throw error;
    }
  }

  async #delete(run: Run): Promise<void> {
    const path = join(this.#storage, `${DELETED}${randomUUID()}`);
    const isThere = await whileLocked(run, () => moveFolder(run.path, path));
    if (isThere) {
      await remove(path);
    }
  }

  /** Deletes what a process was killed in deleting. */
  async #deleteRest(): Promise<void> {
    for (const name of this.#halfDeleted()) {
      await remove(join(this.#storage, name));
    }
  }

  #halfDeleted(): string[] {
    return existsSync(this.#storage) ? readdirSync(this.#storage).filter((name) => name.startsWith(DELETED)) : [];
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** Does `work` while no trainer can be at work in the run; gives whether the run was there. */
async function whileLocked(run: Run, work: () => Promise<void>): Promise<boolean> {
  let lock: RunLock | null = null;
  try {
    lock = await lockRun(run.path);
    await work();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(run.path)) {
      return false;
    }
    throw error;
  } finally {
    lock?.release();
  }
}
