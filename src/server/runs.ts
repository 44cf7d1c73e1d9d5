import { existsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingEvent } from '../protocol/training';
import { UserError } from '../protocol/user-error';
import { isLockedByOther, lockRun } from '../storage/lock';
import { Run } from '../training/run';
import { progressOf } from '../training/schedule';

/**
 * The runs of one workspace: the current one and the one before, which completes until the current one is as good, so that
 * neither a new training nor one that comes to nothing makes suggestions worse.
 */
export class Runs {
  readonly current: Run;
  readonly #previous: Run;

  constructor(storage: string) {
    this.current = new Run(join(storage, 'run'));
    this.#previous = new Run(join(storage, 'previous-run'));
  }

  /** Path of the checkpoint to complete from, or null. */
  newestCheckpoint(): string | null {
    return (this.isBehind ? null : this.current.newest()) ?? this.#previous.newest();
  }

  /** Whether the run before completes: the current training is not at its end, and not yet as good on what is held out. */
  get isBehind(): boolean {
    return this.#told(false, () => {
      const before = this.#previous.newest() === null ? null : this.#previous.validationBpc();
      if (before === null || !this.current.hasInfo) return false;
      const { corpus, finished } = this.current.info();
      if (corpus.validationFiles === 0 || finished?.reason === 'completed') return false;
      return (this.current.validationBpc() ?? Number.POSITIVE_INFINITY) > before;
    });
  }

  /** Changes with every checkpoint that completes; null without one. */
  checkpointTime(): number | null {
    try {
      const path = this.newestCheckpoint();
      return path === null ? null : statSync(path).mtimeMs;
    } catch {
      // Another process has moved or deleted it since.
      return null;
    }
  }

  /** Whether a process other than this one trains. */
  get isTrainedByOther(): boolean {
    return isLockedByOther(this.current.path);
  }

  /** How far an unfinished training went, 0 to 1; null where there is none to go on with. */
  paused(): number | null {
    return this.#told(null, () => {
      if (!this.current.hasInfo || this.current.isComplete) return null;
      const { finished, limits } = this.current.info();
      if (finished) return progressOf(limits, finished.epoch, finished.seconds);
      return this.current.events().findLast((event) => event.kind === 'progress')?.done ?? 0;
    });
  }

  /** The current run's story so far. */
  events(): TrainingEvent[] {
    return this.#told([], () => (this.current.hasInfo ? this.current.events() : []));
  }

  /** Makes room for a new training. @throws UserError where the current run is being trained */
  async setAside(): Promise<void> {
    if (this.current.newest() === null || this.isBehind) {
      await this.#delete(this.current);
      return;
    }
    await this.#delete(this.#previous);
    await whileLocked(this.current, async () => {
      await rename(this.current.path, this.#previous.path);
    });
    await rm(join(this.#previous.path, 'trainer.lock'), { force: true });
  }

  /** After a checkpoint, a training, or a crash of one: keeps the run before only while its model is needed. */
  async settle(): Promise<void> {
    if (!existsSync(this.#previous.path)) return;
    if (this.current.newest() === null) {
      await this.#delete(this.current);
      await rename(this.#previous.path, this.current.path);
    } else if (!this.isBehind) {
      await rm(this.#previous.path, { recursive: true, force: true });
    }
  }

  /** Deletes every run and says how many. @throws UserError where one is being trained */
  async deleteAll(): Promise<number> {
    const existing = [this.current, this.#previous].filter(({ path }) => existsSync(path));
    for (const run of existing) await this.#delete(run);
    return existing.length;
  }

  /** A run whose files are damaged tells nothing; whoever trains or resumes it is told why. */
  #told<T>(otherwise: T, tell: () => T): T {
    try {
      return tell();
    } catch (error) {
      if (error instanceof UserError) return otherwise;
      throw error;
    }
  }

  async #delete(run: Run): Promise<void> {
    if (!existsSync(run.path)) return;
    await whileLocked(run, () => rm(run.path, { recursive: true, force: true }));
  }
}

/** No trainer can be at work in the run meanwhile. */
async function whileLocked(run: Run, work: () => Promise<void>): Promise<void> {
  const release = await lockRun(run.path);
  try {
    await work();
  } finally {
    release();
  }
}
