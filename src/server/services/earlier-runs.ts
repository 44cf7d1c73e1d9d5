import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../protocol/user-error';
import { folderSize } from '../../storage/folder-size';
import { makeFolder } from '../../storage/private-folder';
import { Run } from '../../training/run';
import { deleteFolder, deleteRun, moveRun, whileLocked } from './run-folders';

/** Bounds on what is kept: runs, and bytes of them together. */
export interface KeptRuns {
  readonly runs: number;
  readonly bytes: number;
}

const KEPT: KeptRuns = { runs: 5, bytes: 500e6 };

/** A run and the id by which clients name it. */
export interface IdentifiedRun {
  readonly id: string;
  readonly run: Run;
}

/**
 * Runs of a workspace that newer trainings have set aside, each in a folder `runs/<id>` of the storage folder, without
 * its training state. Changes are made while no other process makes any.
 */
export class EarlierRuns {
  readonly #storage: string;
  readonly #folder: string;
  readonly #kept: KeptRuns;
  /** Ids of runs whose training state could not be given up, so that it is not tried again and again. */
  readonly #skipped = new Set<string>();

  constructor(storage: string, kept: KeptRuns = KEPT) {
    this.#storage = storage;
    this.#folder = join(storage, 'runs');
    this.#kept = kept;
  }

  /** The newest first: an id begins with the time at which the training began. */
  list(): IdentifiedRun[] {
    return foldersIn(this.#folder)
      .map(({ name }) => ({ id: name, run: new Run(join(this.#folder, name)) }))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** Whether `tidy` has something to do. */
  get isUntidy(): boolean {
    const { doomed, thick } = this.#untidy();
    return doomed.length > 0 || thick.length > 0;
  }

  /** Takes a run, as it is, from another place of the storage folder. */
  async add({ id, run }: IdentifiedRun): Promise<void> {
    makeFolder(this.#folder);
    await moveRun(run, join(this.#folder, id));
  }

  /** Gives up training states, then the oldest runs that are too many or too large. */
  async tidy(): Promise<void> {
    for (const stored of this.#untidy().thick) {
      await this.#thin(stored);
    }
    for (const { run } of this.#untidy().doomed) {
      await deleteRun(this.#storage, run);
    }
  }

  /** Deletes all of them; gives how many there were. */
  async deleteAll(): Promise<number> {
    const count = this.list().length;
    if (existsSync(this.#folder)) {
      await deleteFolder(this.#storage, this.#folder);
    }
    return count;
  }

  #untidy(): { readonly doomed: IdentifiedRun[]; readonly thick: IdentifiedRun[] } {
    const all = this.list();
    const sizes = all.map(({ run }) => folderSize(run.path));
    const bytesUpTo = (index: number) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0);
    const { runs, bytes } = this.#kept;
    return {
      doomed: all.filter((_, i) => i >= runs || bytesUpTo(i) > bytes),
      thick: all.filter(({ id, run }) => run.hasLatest && !this.#skipped.has(id)),
    };
  }

  /** A run that would be too large by itself keeps its newest checkpoint alone. */
  async #thin({ id, run }: IdentifiedRun): Promise<void> {
    try {
      await whileLocked(run, () => run.dropTrainingState());
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      this.#skipped.add(id);
      return;
    }
    if (folderSize(run.path) > this.#kept.bytes) {
      run.dropEarlierCheckpoints();
    }
  }
}

function foldersIn(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

/** Id for a run that began at `created`, ISO 8601, unlike those that are `taken`: a name that every disk allows. */
export function runId(created: string, taken: readonly string[]): string {
  const time = created.replace(/[^\w-]/g, '-').slice(0, 40) || 'undated';
  const isFree = (id: string) => !taken.includes(id);
  if (isFree(time)) {
    return time;
  }
  for (let number = 2; ; number++) {
    const id = `${time}-${number}`;
    if (isFree(id)) {
      return id;
    }
  }
}
