import { basename } from 'node:path';
import { EventLoopYielder } from '../../corpus/event-loop-yielder';
import { MAX_CHARACTERS, readPython } from '../../corpus/read';
import { WorkspaceFolders } from '../../corpus/workspace-folders';
import type { Predictor } from '../../engine/engine';
import { LearntDocument } from '../../memory/document';
import { Memory, MOST_REMEMBERED } from '../../memory/memory';
import type { Settings } from '../../protocol/settings';
import { UserError } from '../../protocol/user-error';
import { encode } from '../../python/alphabet';
import type { WorkspaceReader } from '../../reader/workspace-reader';
import { inBackground } from '../requests';
import { pathOf } from '../uris';

/** Milliseconds for which changes to documents are gathered before their new lines are learnt. */
const GATHERING = 1000;

export interface WorkspaceMemorySetup {
  /** @throws UserError where no folder is open */
  readonly folders: () => Promise<readonly string[]>;
  readonly reader: Pick<WorkspaceReader, 'files'>;
  readonly settings: () => Promise<Settings>;
  /** Documents open in the editor, which may hold what the files do not. */
  readonly openDocuments: () => readonly OpenDocument[];
  /** Works with the network that completes now, or with none. */
  readonly withNetwork: (work: (network: Predictor | null) => Promise<void>) => Promise<void>;
  /** There is another memory now, or none any more. */
  readonly onChange: () => Promise<void>;
  readonly log: (line: string) => void;
}

export interface OpenDocument {
  readonly uri: string;
  readonly text: () => string;
}

/** A memory, and what it was built from. */
interface Built {
  readonly memory: Memory;
  /** Symbols of the files, by name. */
  readonly texts: ReadonlyMap<string, Uint8Array>;
  readonly documents: Map<string, LearntDocument>;
}

/**
 * The memory of the workspace's files, built anew for every training and every start, and kept up with what is typed
 * and saved. There is none where it is switched off, or where the native addon cannot be loaded.
 */
export class WorkspaceMemory {
  readonly #setup: WorkspaceMemorySetup;
  #folders = new WorkspaceFolders([]);
  #built: Built | null = null;
  #building: AbortController | null = null;
  readonly #closed = new AbortController();
  /** Texts of changed documents, by URI, that wait to be learnt. */
  readonly #changed = new Map<string, () => string>();
  #gathering: NodeJS.Timeout | null = null;
  /** URIs of files that were saved while a memory is being built: it may have read them before. */
  readonly #savedMeanwhile = new Set<string>();

  constructor(setup: WorkspaceMemorySetup) {
    this.#setup = setup;
  }

  get current(): Memory | null {
    return this.#built?.memory ?? null;
  }

  /** Builds it from the files as they are now; until then the one before goes on. Never rejects. */
  async build(): Promise<void> {
    if (this.#closed.signal.aborted) {
      return;
    }
    this.#building?.abort();
    const building = new AbortController();
    this.#building = building;
    this.#savedMeanwhile.clear();
    try {
      if (!(await this.#setup.settings()).memory) {
        return await this.drop();
      }
      const began = performance.now();
      const built = await this.#read(building.signal);
      if (building.signal.aborted) {
        return;
      }
      this.#built = built;
      this.#building = null;
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      this.#setup.log(`The memory holds ${built.texts.size} files (${seconds} s).`);
      await this.#setup.onChange();
      // What was typed meanwhile, and before, the new memory has not learnt.
      for (const { uri, text } of this.#setup.openDocuments()) {
        this.changed(uri, text);
      }
      await this.saved([...this.#savedMeanwhile]);
    } catch (error) {
      if (building.signal.aborted) {
        return;
      }
      const reason = error instanceof UserError ? error.message : String(error instanceof Error ? error.stack : error);
      this.#setup.log(`There is no memory of the workspace: ${reason}`);
    } finally {
      if (this.#building === building) {
        this.#building = null;
      }
    }
  }

  /** Forgets all of it. */
  async drop(): Promise<void> {
    this.#building?.abort();
    if (this.#built === null) {
      return;
    }
    this.#built = null;
    await this.#setup.onChange();
  }

  /** Ends a build; none begins any more, and nothing is learnt. */
  close(): void {
    this.#closed.abort();
    this.#building?.abort();
    if (this.#gathering) {
      clearTimeout(this.#gathering);
    }
  }

  /** The name by which the memory knows a document: its path in the workspace, with forward slashes. */
  nameOf(uri: string): string {
    const path = pathOf(uri);
    return path === null ? uri : (this.#folders.nameOf(path) ?? basename(path));
  }

  /** A document was opened or changed: soon its new lines are learnt. */
  changed(uri: string, text: () => string): void {
    // After a build every open document is looked at.
    if (this.#built === null || this.#closed.signal.aborted) {
      return;
    }
    this.#changed.set(uri, text);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      inBackground(this.#setup.log, this.#learnChanged());
    }, GATHERING).unref();
  }

  /** Files of these URIs were saved by somebody. Never rejects. */
  async saved(uris: readonly string[]): Promise<void> {
    if (this.#building) {
      for (const uri of uris) {
        this.#savedMeanwhile.add(uri);
      }
    }
    // Another branch may be thousands of files.
    const turns = new EventLoopYielder();
    for (const uri of uris) {
      await turns.yieldIfDue();
      if (this.#closed.signal.aborted) {
        return;
      }
      const path = pathOf(uri);
      // A file that is new may be one to leave out; the next build knows.
      if (path === null || !this.#built?.texts.has(this.nameOf(uri))) {
        continue;
      }
      const file = readPython(path);
      if ('symbols' in file) {
        await this.#learn(uri, file.symbols);
      }
    }
  }

  async #read(signal: AbortSignal): Promise<Built> {
    const folders = await this.#setup.folders();
    this.#folders = new WorkspaceFolders(folders);
    const files = await this.#setup.reader.files(folders, MOST_REMEMBERED, signal);
    this.#setup.log(`The memory is being built from ${files.length} files.`);
    const memory = await Memory.build(files, { signal });
    const texts = new Map<string, Uint8Array>();
    const turns = new EventLoopYielder(signal);
    for (const { name, symbols } of files) {
      await turns.yieldIfDue();
      texts.set(name, symbols);
    }
    return { memory, texts, documents: new Map() };
  }

  async #learnChanged(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [uri, text] of changed) {
      await this.#learn(uri, encode(text()));
    }
  }

  /** Never rejects. */
  async #learn(uri: string, symbols: Uint8Array): Promise<void> {
    const built = this.#built;
    const { signal } = this.#closed;
    // As with files, more is a table of data rather than code.
    if (!built || symbols.length > MAX_CHARACTERS) {
      return;
    }
    const name = this.nameOf(uri);
    const document = built.documents.get(name) ?? new LearntDocument(built.memory, name, built.texts.get(name));
    built.documents.set(name, document);
    try {
      await this.#setup.withNetwork((network) => document.update(symbols, { network, signal }));
    } catch (error) {
      if (!signal.aborted) {
        this.#setup.log(`${name} could not be learnt: ${error}`);
      }
    }
  }
}
