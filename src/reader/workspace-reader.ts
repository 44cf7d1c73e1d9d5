import { once } from 'node:events';
import { join } from 'node:path';
import * as v from 'valibot';
import { forkEntry } from '../process/fork-entry';
import { type ReaderFile, ReaderMessage, type ReadRequest } from '../protocol/reader';
import type { TrainRequest } from '../protocol/training-events';
import { UserError } from '../protocol/user-error';

/** Stands beside the running file, in dist/ as in src/. */
const ENTRY = __filename.endsWith('.ts') ? join(__dirname, 'main.ts') : join(__dirname, 'reader.js');

export interface WorkspaceReaderSetup {
  /** @throws UserError where no folder is open */
  readonly folders: () => Promise<readonly string[]>;
  readonly excludes: () => Promise<readonly string[]>;
  readonly log: (line: string) => void;
}

/** Reads the workspace's files in a process of its own: the server answers meanwhile as if nothing went on. */
export class WorkspaceReader {
  readonly #setup: WorkspaceReaderSetup;

  constructor(setup: WorkspaceReaderSetup) {
    this.#setup = setup;
  }

  /**
   * The usable files of `folders`, or a sample of them of at most `mostBytes`.
   *
   * @throws UserError where there are none; the signal's reason when it is aborted
   */
  async files(folders: readonly string[], mostBytes: number, signal: AbortSignal): Promise<ReaderFile[]> {
    const files: ReaderFile[] = [];
    const excludes = [...(await this.#setup.excludes())];
    await this.#read({ kind: 'files', folders: [...folders], excludes, mostBytes }, signal, (message) => {
      if (message.kind === 'files') {
        files.push(...message.files);
      }
    });
    return files;
  }

  /**
   * A sample of the files that a training with these folders held out, or where it held out none of all its files: of
   * at most `mostCharacters`, or the shortest file.
   *
   * @throws UserError where there are no files; the signal's reason when it is aborted
   */
  async heldOut(
    { folders, excludes, holdout }: Pick<TrainRequest, 'folders' | 'excludes' | 'holdout'>,
    mostCharacters: number,
    signal: AbortSignal,
  ): Promise<ReaderFile[]> {
    const files: ReaderFile[] = [];
    await this.#read({ kind: 'heldOut', folders, excludes, holdout, mostCharacters }, signal, (message) => {
      if (message.kind === 'files') {
        files.push(...message.files);
      }
    });
    return files;
  }

  /**
   * Names in the files, in the order of their UTF-16 code units.
   *
   * @throws UserError where no folder is open; the signal's reason when it is aborted
   */
  async names(signal: AbortSignal): Promise<string[]> {
    const names: string[] = [];
    const [folders, excludes] = [await this.#setup.folders(), await this.#setup.excludes()];
    await this.#read({ kind: 'names', folders: [...folders], excludes: [...excludes] }, signal, (message) => {
      if (message.kind === 'names') {
        names.push(...message.names);
      }
    });
    return names;
  }

  async #read(request: ReadRequest, signal: AbortSignal, take: (message: ReaderMessage) => void): Promise<void> {
    signal.throwIfAborted();
    const child = forkEntry(ENTRY, [], this.#setup.log, { serialization: 'advanced' });
    const abort = () => child.kill('SIGKILL');
    signal.addEventListener('abort', abort, { once: true });
    let end: ReaderMessage | null = null;
    child.on('message', (raw) => {
      const { success, output: message } = v.safeParse(ReaderMessage, raw);
      if (!success) {
        end = { kind: 'failed', message: 'The process that reads the files said something that is no message of it.' };
      } else if (message.kind === 'done' || message.kind === 'failed') {
        end ??= message;
      } else {
        take(message);
      }
    });
    try {
      child.send(request, () => {});
      await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
    signal.throwIfAborted();
    refuseFailure(end);
  }
}

function refuseFailure(end: ReaderMessage | null): void {
  if (end === null) {
    throw new UserError('The process that reads the files ended unexpectedly.');
  }
  if (end.kind === 'failed') {
    throw new UserError(end.message);
  }
}
