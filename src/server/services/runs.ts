import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { MeasuredContext } from '../../protocol/measured-context';
import type { ExportRun } from '../../protocol/messages';
import type { ParamsOf } from '../../protocol/request-kind';
import type { RunSummary } from '../../protocol/run-summary';
import type { TrainingEvent } from '../../protocol/training-events';
import { UserError } from '../../protocol/user-error';
import { withFileErrors } from '../../storage/file-errors';
import { exclusively, isLockedByOther } from '../../storage/lock';
import { makeFolder, moveFolder } from '../../storage/private-folder';
import { type ExportedRun, exportRun } from '../../training/export/export-run';
import { Run } from '../../training/run';
import { progressOf } from '../../training/schedule';
import { summariseRun } from '../../training/summarise-run';
import { EarlierRuns, type IdentifiedRun, type KeptRuns, runId } from './earlier-runs';
import { deleteRest, deleteRun, halfDeleted, moveRun } from './run-folders';

/** Characters that a run's name may have. */
const LONGEST_NAME = 100;

/**
 * Runs of a workspace, and which of them serves completions: the current one, the previous one, and earlier ones. The
 * previous one serves until the current one is as good, so that neither a new training nor one that comes to nothing
 * makes suggestions worse. Other processes may work on the runs at any time: one that has vanished counts as deleted.
 */
export class Runs {
  readonly #storage: string;
  readonly current: Run;
  readonly #previous: Run;
  readonly #earlier: EarlierRuns;

  constructor(storage: string, kept?: KeptRuns) {
    this.#storage = storage;
    this.current = new Run(join(storage, 'run'));
    this.#previous = new Run(join(storage, 'previous-run'));
    this.#earlier = new EarlierRuns(storage, kept);
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

  /** Every run, the current one first, then from the newest to the oldest. */
  async summaries(): Promise<RunSummary[]> {
    const summaries: RunSummary[] = [];
    for (const { id, run } of this.#all()) {
      const summary = this.#orElse(null, () => summariseRun(run));
      if (summary !== null && existsSync(run.path)) {
        summaries.push({ id, isCurrent: run === this.current, ...summary });
      }
      // Files of long trainings take a while to read: other requests get their turn.
      await setImmediate();
    }
    return summaries;
  }

  /** The run of an id that `summaries` gave. @throws UserError where it is gone */
  find(id: string): Run {
    const found = this.#all().find((stored) => stored.id === id);
    if (!found) {
      throw new UserError('There is no such training any more: it was deleted.');
    }
    return found.run;
  }

  /** Writes a run to a folder. @throws UserError where it is gone or damaged, or the folder cannot be used */
  async export({ id, folder, epoch }: ParamsOf<typeof ExportRun>): Promise<ExportedRun> {
    if (!isAbsolute(folder)) {
      throw new UserError(`"${folder}" is no absolute path: name the whole path of the folder.`);
    }
    return await this.#exclusively(() => exportRun(this.find(id), folder, epoch));
  }

  /** Names a run; an empty name gives back the one that it had at first. @throws UserError where it cannot be done */
  async rename(id: string, name: string): Promise<void> {
    const trimmed = name.trim();
    if (trimmed.length > LONGEST_NAME) {
      throw new UserError(`The name of a training has at most ${LONGEST_NAME} characters.`);
    }
    await this.#exclusively(() => this.find(id).rename(trimmed === '' ? null : trimmed));
  }

  /** Keeps with a run what was measured of one of its networks. @throws UserError where it is gone */
  async keepContext(id: string, measured: MeasuredContext): Promise<void> {
    await this.#exclusively(async () => this.find(id).keepContext(measured));
  }

  /** Deletes a run. @throws UserError where it is gone already, is being trained, or cannot be deleted */
  async delete(id: string): Promise<void> {
    await this.#exclusively(() => deleteRun(this.#storage, this.find(id)));
    await this.settle();
  }

  /** Makes room for a new training. @throws UserError where the current run is being trained, or cannot be moved */
  async setAside(): Promise<void> {
    await this.#exclusively(async () => {
      if (this.current.newest() === null) {
        await deleteRun(this.#storage, this.current);
      } else if (this.isWorseThanPrevious) {
        await this.#keep(this.current);
      } else {
        await this.#keep(this.#previous);
        await moveRun(this.current, this.#previous.path);
      }
    });
  }

  /**
   * After a checkpoint, a training, or a crash of one: sets the run before aside once its model is not needed, and
   * keeps earlier ones within their bounds.
   *
   * @throws UserError where something cannot be moved or deleted
   */
  async settle(): Promise<void> {
    const isSettled = !existsSync(this.#previous.path) && !this.#earlier.isUntidy;
    if (isSettled && halfDeleted(this.#storage).length === 0) {
      return;
    }
    await this.#exclusively(async () => {
      await deleteRest(this.#storage);
      await this.#settlePrevious();
      await this.#earlier.tidy();
    });
  }

  async #settlePrevious(): Promise<void> {
    if (!existsSync(this.#previous.path)) {
      return;
    }
    if (this.current.newest() !== null) {
      if (!this.isWorseThanPrevious) {
        await this.#keep(this.#previous);
      }
    } else if (!this.isTrainedByOther) {
      await deleteRun(this.#storage, this.current);
      await moveFolder(this.#previous.path, this.current.path);
    }
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
        await deleteRun(this.#storage, run);
      }
      const earlier = await this.#earlier.deleteAll();
      await deleteRest(this.#storage);
      return existing.length + earlier;
    });
  }

  /** Moves the current or the previous run, where it has a model, to the earlier ones. */
  async #keep(run: Run): Promise<void> {
    const stored = this.#all().find((other) => other.run === run);
    if (stored && run.newest() !== null) {
      await this.#earlier.add(stored);
    } else {
      await deleteRun(this.#storage, run);
    }
  }

  /** A run keeps its id where it is set aside. */
  #all(): IdentifiedRun[] {
    const all = this.#earlier.list();
    for (const run of [this.#previous, this.current]) {
      if (run.hasInfo) {
        const created = this.#orElse('', () => run.info().created);
        const taken = all.map(({ id }) => id);
        all.unshift({ id: runId(created, taken), run });
      }
    }
    return all;
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
}
