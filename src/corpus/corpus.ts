import { createHash } from 'node:crypto';
import { reasonsInWords } from '../protocol/format';
import { UserError } from '../protocol/user-error';
import { LINE_FEED_SYMBOL } from '../python/alphabet';
import { discover, type FoundFile, type Skipped } from './discover';
import { EventLoopYielder } from './event-loop-yielder';
import { type Holdout, heldOut } from './holdout';
import { leftOutByReason } from './left-out';
import { readPython } from './read';
import { subsampleFiles } from './subsample';
import { WorkspaceFolders } from './workspace-folders';

export interface CorpusFile {
  /** Absolute. */
  path: string;
  /** In the workspace (workspace-folders.ts), with forward slashes: of one folder, relative to it. */
  name: string;
  /** The file's characters in the model's alphabet, one byte each. */
  symbols: Uint8Array;
}

/** Files to train and to validate on, as symbols of the alphabet. */
export interface Corpus {
  /** Folders in the order given, each one's files by name; so is `validation`. */
  train: CorpusFile[];
  validation: CorpusFile[];
  skipped: Skipped[];
  /** Files and bytes that there are, where they are too many and only a sample of them was read; else null. */
  sampledFrom: { files: number; bytes: number } | null;
  /** SHA-256 of both parts' contents in order: equal fingerprints mean equal minibatches. */
  fingerprint: string;
}

export interface CorpusOptions {
  holdout: Holdout;
  /** Globs, relative to each folder, left out beside .gitignore and the defaults. */
  excludes: readonly string[];
  /** Read a sample of the files where they have more bytes than this. */
  mostBytes?: number;
  signal?: AbortSignal;
  /** Told after every folder, and every file that is measured or read, how far the reading is. */
  onProgress?: (progress: ReadingProgress) => void;
}

export interface ReadingProgress {
  /** Python files found so far, to be read, and read. */
  readonly found: number;
  readonly read: number;
  /** Characters of the usable files. */
  readonly characters: number;
}

/**
 * More than a long training gets through: ten minutes at 50,000 characters a second read 30 million. Twice as many
 * bytes stay in memory, the files and the text they are joined to.
 */
const MOST_BYTES = 50_000_000;

/**
 * The usable Python files of `folders`: decodable, 200 to 500,000 characters, not equal in content to an earlier one.
 * A file reached through two folders counts once. Of more than `mostBytes` a sample is read, in which every folder has
 * its share.
 *
 * @throws UserError (one sentence) when a folder is wrong or there is nothing to learn from
 */
export async function loadCorpus(folders: readonly string[], options: CorpusOptions): Promise<Corpus> {
  const { holdout, mostBytes = MOST_BYTES, signal, onProgress } = options;
  const { found, skipped } = await findFiles(folders, options);
  if (found.length === 0) {
    throw noPythonFiles(folders, skipped);
  }

  const tellFound = () => onProgress?.({ found: found.length, read: 0, characters: 0 });
  const { files, bytes } = await subsampleFiles(found, mostBytes, signal, tellFound);
  const usable = await readUsable(files, skipped, options);
  if (usable.length === 0) {
    throw noUsableFiles(folders, files.length, skipped);
  }
  const sampledFrom = files.length < found.length ? { files: found.length, bytes } : null;

  const isHeldOut = heldOut(
    usable.map(({ name, symbols }) => ({ name, characters: symbols.length })),
    holdout,
  );
  const named = inWorkspace(usable, folders);
  const train = named.filter((_, index) => !isHeldOut[index]);
  const validation = named.filter((_, index) => isHeldOut[index]);
  refuseEmpty(train, validation, holdout, folders);
  return { train, validation, skipped, sampledFrom, fingerprint: fingerprint(train, validation) };
}

async function findFiles(
  folders: readonly string[],
  { excludes, signal, onProgress }: CorpusOptions,
): Promise<{ found: FoundFile[]; skipped: Skipped[] }> {
  const found = new Map<string, FoundFile>();
  const skipped: Skipped[] = [];
  for (const folder of folders) {
    const before = found.size;
    const tell = (here: number) => onProgress?.({ found: before + here, read: 0, characters: 0 });
    const inFolder = await discover(folder, excludes, signal, tell);
    for (const file of inFolder.files) {
      if (!found.has(file.realPath)) {
        found.set(file.realPath, file);
      }
    }
    for (const path of inFolder.skipped) {
      skipped.push(path);
    }
  }
  return { found: [...found.values()], skipped };
}

/** @throws UserError where there is nothing to train on, or nothing held out by patterns */
function refuseEmpty(
  train: readonly CorpusFile[],
  validation: readonly CorpusFile[],
  holdout: Holdout,
  folders: readonly string[],
): void {
  if (typeof holdout === 'object' && validation.length === 0) {
    throw new UserError(
      `--holdout ${holdout.join(', ')} names no usable Python file of ${list(folders)}: give every-10th, auto, none, or a pattern as in a .gitignore.`,
    );
  }
  if (train.length === 0) {
    throw new UserError(
      `--holdout ${holdout} keeps every usable Python file of ${list(folders)} for validation; train with --holdout auto.`,
    );
  }
}

/** The files as one text, each followed by a line feed. */
export function joinFiles(files: readonly CorpusFile[]): Uint8Array {
  const joined = new Uint8Array(files.reduce((sum, file) => sum + file.symbols.length + 1, 0));
  let at = 0;
  for (const { symbols } of files) {
    joined.set(symbols, at);
    at += symbols.length;
    joined[at++] = LINE_FEED_SYMBOL;
  }
  return joined;
}

interface UsableFile extends FoundFile {
  readonly symbols: Uint8Array;
}

/** The files under their names in the workspace, not those in the folders in which they were found. */
function inWorkspace(files: readonly UsableFile[], folders: readonly string[]): CorpusFile[] {
  const workspace = new WorkspaceFolders(folders);
  return files.map(({ path, realPath, name, symbols }) => ({
    path,
    name: workspace.nameOf(realPath) ?? name,
    symbols,
  }));
}

/** The usable ones among `files`; notes the others in `skipped`. */
async function readUsable(
  files: readonly FoundFile[],
  skipped: Skipped[],
  { signal, onProgress }: CorpusOptions,
): Promise<UsableFile[]> {
  const usable: UsableFile[] = [];
  const nameOfDigest = new Map<string, string>();
  const turns = new EventLoopYielder(signal);
  let characters = 0;
  signal?.throwIfAborted();
  for (const [index, file] of files.entries()) {
    const { path, name } = file;
    await turns.yieldIfDue();
    const content = readPython(path);
    onProgress?.({ found: files.length, read: index + 1, characters });
    if ('reason' in content) {
      skipped.push({ path, reason: content.reason });
      continue;
    }
    const earlier = nameOfDigest.get(content.digest);
    if (earlier !== undefined) {
      skipped.push({ path, reason: `equal in content to ${earlier}` });
      continue;
    }
    nameOfDigest.set(content.digest, name);
    characters += content.symbols.length;
    usable.push({ ...file, symbols: content.symbols });
  }
  return usable;
}

function fingerprint(...parts: CorpusFile[][]): string {
  const hash = createHash('sha256');
  for (const files of parts) {
    hash.update(`${files.length} files\n`);
    for (const { symbols } of files) {
      hash.update(`${symbols.length}\n`).update(symbols);
    }
  }
  return hash.digest('hex');
}

function noPythonFiles(folders: readonly string[], skipped: readonly Skipped[]): UserError {
  const left = skipped.length > 0 ? ` (${summary(skipped)})` : '';
  return new UserError(
    `There are no Python files (.py) in ${list(folders)}${left}; choose a folder with Python code, or look at what .gitignore and the excludes leave out.`,
  );
}

function noUsableFiles(folders: readonly string[], count: number, skipped: readonly Skipped[]): UserError {
  const files = count === 1 ? 'The one Python file' : `None of the ${count} Python files`;
  return new UserError(
    `${files} in ${list(folders)} can be learnt from (${summary(skipped)}); choose a folder with more Python code.`,
  );
}

function summary(skipped: readonly Skipped[]): string {
  return reasonsInWords(leftOutByReason(skipped));
}

function list(folders: readonly string[]): string {
  return folders.join(', ');
}
