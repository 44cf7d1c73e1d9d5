import { createHash } from 'node:crypto';
import { UserError } from '../protocol/user-error';
import { LINE_FEED } from '../text/alphabet';
import { discover, type FoundFile, type Skipped } from './discover';
import { type Holdout, heldOut } from './holdout';
import { type ReadFile, readPython } from './read';

export interface CorpusFile {
  /** Absolute. */
  path: string;
  /** Relative to its folder, with forward slashes. */
  name: string;
  /** The file's characters in the model's alphabet, one byte each. */
  symbols: Uint8Array;
}

export interface Corpus {
  /** Folders in the order given, each one's files by name; so is `validation`. */
  train: CorpusFile[];
  validation: CorpusFile[];
  skipped: Skipped[];
  /** SHA-256 of both parts' contents in order: equal fingerprints mean equal minibatches. */
  fingerprint: string;
}

export interface CorpusOptions {
  holdout: Holdout;
  /** Globs, relative to each folder, left out beside .gitignore and the defaults. */
  excludes: readonly string[];
  signal?: AbortSignal;
}

const FILES_AT_ONCE = 16;

/**
 * The usable Python files of `folders`: decodable, 200 to 500,000 characters, not equal in content to an earlier one.
 * A file reached through two folders counts once.
 *
 * @throws UserError (one sentence) when a folder is wrong or there is nothing to learn from
 */
export async function loadCorpus(folders: readonly string[], options: CorpusOptions): Promise<Corpus> {
  const { holdout, excludes, signal } = options;
  const found = new Map<string, FoundFile>();
  const skipped: Skipped[] = [];
  for (const folder of folders) {
    const inFolder = await discover(folder, excludes, signal);
    for (const file of inFolder.files) if (!found.has(file.realPath)) found.set(file.realPath, file);
    skipped.push(...inFolder.skipped);
  }
  if (found.size === 0) throw noPythonFiles(folders, skipped);

  const files = [...found.values()];
  const usable = keepUsable(files, await readAll(files, signal), skipped);
  if (usable.length === 0) throw noUsableFiles(folders, files.length, skipped);

  const isHeldOut = heldOut(
    usable.map(({ name, symbols }) => ({ name, characters: symbols.length })),
    holdout,
  );
  const train = usable.filter((_, index) => !isHeldOut[index]);
  const validation = usable.filter((_, index) => isHeldOut[index]);
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
  return { train, validation, skipped, fingerprint: fingerprint(train, validation) };
}

/** The files as one text, each followed by a line feed. */
export function joinFiles(files: readonly CorpusFile[]): Uint8Array {
  const joined = new Uint8Array(files.reduce((sum, file) => sum + file.symbols.length + 1, 0));
  let at = 0;
  for (const { symbols } of files) {
    joined.set(symbols, at);
    at += symbols.length;
    joined[at++] = LINE_FEED;
  }
  return joined;
}

/** What was read, in the order of `files`. */
async function readAll(files: readonly FoundFile[], signal?: AbortSignal): Promise<ReadFile[]> {
  const contents: ReadFile[] = [];
  let next = 0;
  async function reader(): Promise<void> {
    while (next < files.length) {
      const index = next++;
      contents[index] = await readPython(files[index]!.path, signal);
    }
  }
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, reader));
  return contents;
}

/** The usable ones among `files`; notes the others in `skipped`. */
function keepUsable(files: readonly FoundFile[], contents: readonly ReadFile[], skipped: Skipped[]): CorpusFile[] {
  const usable: CorpusFile[] = [];
  const nameOfDigest = new Map<string, string>();
  for (const [index, { path, name }] of files.entries()) {
    const content = contents[index]!;
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
    usable.push({ path, name, symbols: content.symbols });
  }
  return usable;
}

function fingerprint(...parts: CorpusFile[][]): string {
  const hash = createHash('sha256');
  for (const files of parts) {
    hash.update(`${files.length} files\n`);
    for (const { symbols } of files) hash.update(`${symbols.length}\n`).update(symbols);
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

/** Every reason with how often it applies: "2 shorter than 200 characters, 1 not valid UTF-8". */
function summary(skipped: readonly Skipped[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
}

function list(folders: readonly string[]): string {
  return folders.join(', ');
}
