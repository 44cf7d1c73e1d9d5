import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { opendir, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Excludes } from '../ignore/excludes';
import { Gitignore } from '../ignore/gitignore';
import { repositoryAt } from '../ignore/repository';
import { UserError } from '../protocol/user-error';
import { EventLoopYielder } from './event-loop-yielder';
import { foreignByContent, foreignByName, isProject } from './vendored-folder';

/** A path that was left out, and why: a phrase for people. */
export interface Skipped {
  path: string;
  reason: string;
}

export interface FoundFile {
  /** Absolute. */
  path: string;
  /** The same file with every symbolic link on the way resolved. */
  realPath: string;
  /** Relative to the folder it was found in, with forward slashes. */
  name: string;
}

/** A folder that is still to be listed. Its name ends with a slash, or is empty where the walk begins. */
interface PendingFolder extends FoundFile {
  readonly rules: Gitignore;
  /** Whether the folder around it is the root of a Python project. */
  readonly isInProject: boolean;
}

/** Stands in names for bytes that are not UTF-8; nothing can be opened by such a name. */
const REPLACEMENT = '\ufffd';

/**
 * The Python files under `folder`, by name in the order of their UTF-16 code units (the same on every machine, whatever
 * its locale), and what was left out, a folder once for all that is in it: what git ignores, what one of the globs
 * `excludes` (relative to the folder) names, hidden files and folders, and folders of other people's or generated code.
 * Symbolic links are not followed, as in git: what they lead to is either read in its own place or no part of the
 * project, and a loop is harmless.
 *
 * `onProgress` is told after each folder how many files there are so far.
 *
 * @throws UserError when the folder does not exist, is a file or cannot be read
 */
export async function discover(
  folder: string,
  excludes: readonly string[],
  signal?: AbortSignal,
  onProgress?: (filesFound: number) => void,
): Promise<{ files: FoundFile[]; skipped: Skipped[] }> {
  const realPath = await resolveFolder(folder);
  const walk = new Walk({ path: path.resolve(folder), realPath, name: '' }, excludes, signal);
  const files = await walk.run(onProgress);
  return { files, skipped: walk.skipped.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

async function resolveFolder(folder: string): Promise<string> {
  try {
    const resolved = await realpath(folder);
    await (await opendir(resolved)).close();
    return resolved;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && folder.includes(REPLACEMENT)) {
      throw new UserError(`The folder ${folder} has a name that is not valid UTF-8; rename it.`);
    }
    if (code === 'ENOENT') {
      throw new UserError(`The folder ${folder} does not exist; check how it is spelt.`);
    }
    if (code === 'ENOTDIR') {
      throw new UserError(`${folder} is a file; give the folder that holds it.`);
    }
    throw new UserError(`The folder ${folder} cannot be read (${code}); check its permissions.`);
  }
}

/** One walk through a folder, depth first. */
class Walk {
  readonly skipped: Skipped[] = [];
  readonly #root: FoundFile;
  readonly #excludes: Excludes;
  readonly #signal: AbortSignal | undefined;
  readonly #turns: EventLoopYielder;
  /** Stack of files and folders to visit, the next one last. */
  readonly #pending: (FoundFile | PendingFolder)[] = [];
  #filesFound = 0;

  constructor(root: FoundFile, excludes: readonly string[], signal: AbortSignal | undefined) {
    this.#root = root;
    this.#signal = signal;
    this.#turns = new EventLoopYielder(signal);
    this.#excludes = new Excludes(excludes);
    for (const reason of this.#excludes.complaints) {
      this.#skip(root.realPath, reason);
    }
    for (const glob of this.#excludes.notUnderstood) {
      this.skipped.push({ path: glob, reason: 'an exclude that is not understood, and not used' });
    }
  }

  async run(onProgress?: (filesFound: number) => void): Promise<FoundFile[]> {
    const files: FoundFile[] = [];
    const rules = await Gitignore.above(this.#root.realPath, this.#skip);
    this.#pending.push({ ...this.#root, rules, isInProject: false });
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      if ('rules' in next) {
        await this.#visit(next);
        onProgress?.(this.#filesFound);
      } else {
        files.push(next);
      }
    }
    this.#signal?.throwIfAborted();
    return files;
  }

  readonly #skip = (realPath: string, reason: string): void => {
    const { path: shown, realPath: root } = this.#root;
    this.skipped.push({ path: path.join(shown, path.relative(root, realPath)), reason });
  };

  /** Puts the entries that are not left out before all else that is to be visited, in order. */
  async #visit(folder: PendingFolder): Promise<void> {
    this.#signal?.throwIfAborted();
    const entries = await this.#list(folder);
    const names = new Set(entries.map(({ name }) => name));
    const foreign = folder.name !== '' && (await foreignByContent(folder.realPath, names, folder.isInProject));
    if (foreign) {
      this.#skip(folder.realPath, foreign);
      return;
    }
    const rules = await this.#rulesIn(folder, names);
    const isInProject = isProject(names);
    const kept: (FoundFile | PendingFolder)[] = [];
    for (const entry of entries) {
      await this.#turns.yieldIfDue();
      const isFolder = entry.isDirectory();
      const file = below(folder, entry.name, isFolder);
      if (!(await this.#isKept(entry, file, rules))) {
        continue;
      }
      kept.push(isFolder ? { ...file, rules: rules.within(entry.name), isInProject } : file);
      if (!isFolder) {
        this.#filesFound++;
      }
    }
    kept.sort((a, b) => (a.name < b.name ? 1 : -1));
    for (const file of kept) {
      this.#pending.push(file);
    }
  }

  async #list({ realPath }: PendingFolder): Promise<Dirent[]> {
    try {
      const entries = await readdir(realPath, { withFileTypes: true });
      if (!entries.some(({ name }) => name.includes(REPLACEMENT))) {
        return entries;
      }
      const invalid = await namesThatAreNotUtf8(realPath);
      return entries.filter((entry) => {
        if (invalid.has(entry.name) && mayMatter(entry)) {
          this.#skip(path.join(realPath, entry.name), 'a name that is not valid UTF-8');
        }
        return !invalid.has(entry.name);
      });
    } catch (error) {
      this.#skip(realPath, `a folder that cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`);
      return [];
    }
  }

  /** The rules for a folder's entries. */
  async #rulesIn({ name, realPath, rules }: PendingFolder, names: ReadonlySet<string>): Promise<Gitignore> {
    const repository = name !== '' && names.has('.git') ? await repositoryAt(realPath) : null;
    const from = repository === null ? rules : await Gitignore.of(repository, this.#skip);
    return names.has('.gitignore') ? from.withFileIn(realPath, this.#skip) : from;
  }

  async #isKept(entry: Dirent, { name, realPath }: FoundFile, rules: Gitignore): Promise<boolean> {
    if (!mayMatter(entry)) {
      return false;
    }
    if (entry.isSymbolicLink()) {
      if (await wouldMatter(realPath)) {
        this.#skip(realPath, 'a symbolic link, which is not followed');
      }
      return false;
    }
    const reason = entry.isDirectory()
      ? this.#againstFolder(entry, name, rules)
      : this.#againstFile(entry, name, rules);
    // Nobody looks for code in git's own folder.
    if (reason !== null && entry.name !== '.git') {
      this.#skip(realPath, reason);
    }
    return reason === null;
  }

  /** Reason to leave a folder out; null for none. */
  #againstFolder({ name }: Dirent, path: string, rules: Gitignore): string | null {
    const foreign = foreignByName(name);
    if (foreign !== null) {
      return foreign;
    }
    if (this.#excludes.has(name, path.slice(0, -1))) {
      return 'an excluded folder';
    }
    return rules.ignores(name, true) ? 'a folder ignored by git' : null;
  }

  /** Reason to leave a Python file out; null for none. */
  #againstFile(entry: Dirent, path: string, rules: Gitignore): string | null {
    if (entry.name.startsWith('.')) {
      return 'a hidden file';
    }
    if (this.#excludes.has(entry.name, path)) {
      return 'excluded';
    }
    if (rules.ignores(entry.name, false)) {
      return 'ignored by git';
    }
    return entry.isFile() ? null : 'not a regular file';
  }
}

/** An entry of a folder; a folder's name ends with a slash, so that all are in the order of the files' names. */
function below(folder: FoundFile, name: string, isFolder: boolean): FoundFile {
  return {
    path: path.join(folder.path, name),
    realPath: path.join(folder.realPath, name),
    name: `${folder.name}${name}${isFolder ? '/' : ''}`,
  };
}

async function namesThatAreNotUtf8(folder: string): Promise<Set<string>> {
  const names = await readdir(folder, { encoding: 'buffer' });
  return new Set(names.filter((name) => !isUtf8(name)).map(String));
}

/** Whether it is a Python file, or may lead to some. */
function mayMatter(entry: Dirent): boolean {
  return entry.isDirectory() || entry.isSymbolicLink() || entry.name.endsWith('.py');
}

async function wouldMatter(link: string): Promise<boolean> {
  if (link.endsWith('.py')) {
    return true;
  }
  return stat(link).then(
    (target) => target.isDirectory(),
    () => false,
  );
}
