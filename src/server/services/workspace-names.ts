import { KnownNames } from '../../completion/code-aware/known-names';
import { Vocabulary } from '../../completion/code-aware/vocabulary';
import { UserError } from '../../protocol/user-error';
import type { WorkspaceReader } from '../../reader/workspace-reader';

export interface WorkspaceNamesSetup {
  readonly reader: Pick<WorkspaceReader, 'names'>;
  readonly log: (line: string) => void;
}

/** The names that suggestions may use; those in the workspace's files are read in the background. */
export class WorkspaceNames {
  readonly known = new KnownNames();
  readonly #setup: WorkspaceNamesSetup;
  readonly #closed = new AbortController();
  #reading: Promise<void> | null = null;

  constructor(setup: WorkspaceNamesSetup) {
    this.#setup = setup;
  }

  /**
   * Reads the files anew, unless that is going on. Until it is done, the names of the reading before hold; before the
   * first reading no name is called unknown. Never rejects.
   */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Reads the files unless they have been read already. Never rejects. */
  async ready(): Promise<void> {
    if (this.known.workspace === null) {
      await this.refresh();
    }
  }

  /** Ends a reading; nothing is read any more. */
  close(): void {
    this.#closed.abort();
  }

  async #read(): Promise<void> {
    const { reader, log } = this.#setup;
    try {
      this.known.workspace = Vocabulary.ofSorted(await reader.names(this.#closed.signal));
    } catch (error) {
      // Where no folder is open there is nothing to read.
      if (error instanceof UserError || this.#closed.signal.aborted) {
        return;
      }
      log(String(error instanceof Error ? error.stack : error));
    }
  }
}
