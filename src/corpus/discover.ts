import { type Dirent, readdir } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { UserError } from '../protocol/user-error';
import { Gitignore } from './gitignore';

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

/** Folders of other people's or generated code; hidden folders are left out as well. */
const EXCLUDED_FOLDERS = new Set(['venv', 'site-packages', 'node_modules', 'build', 'dist', '__pycache__']);

/**
 * The Python files under `folder`, by name in the order of their UTF-16 code units (the same on every machine, whatever
 * its locale). Left out: what .gitignore or one of the globs `excludes` (relative to the folder) names, hidden and
 * `EXCLUDED_FOLDERS`. Symbolic links are not followed, as in git: what they lead to is either read in its own place or
 * no part of the project, and a loop is harmless.
 *
 * @throws UserError when the folder does not exist, is a file or cannot be read
 */
export async function discover(
  folder: string,
  excludes: readonly string[],
  signal?: AbortSignal,
): Promise<{ files: FoundFile[]; skipped: Skipped[] }> {
  const root = await resolveFolder(folder);
  const skipped: Skipped[] = [];
  const names = await glob('**/*.[pP][yY]', {
    cwd: root,
    ignore: excludes.flatMap((exclude) => [exclude, `${exclude.replace(/\/+$/, '')}/**`]),
    expandDirectories: false,
    followSymbolicLinks: false,
    fs: { readdir: await prunedReaddir(root, skipped) },
    ...(signal && { signal }),
  });
  signal?.throwIfAborted();
  const files = names.sort().map((name) => ({
    path: path.join(path.resolve(folder), name),
    realPath: path.join(root, name),
    name,
  }));
  return { files, skipped };
}

async function resolveFolder(folder: string): Promise<string> {
  const resolved = await realpath(folder).catch(() => null);
  if (resolved === null) throw new UserError(`The folder ${folder} does not exist; check how it is spelt.`);
  if (!(await stat(resolved)).isDirectory()) {
    throw new UserError(`${folder} is a file; give the folder that holds it.`);
  }
  return resolved;
}

/**
 * `fs.readdir` for the walk, without the entries that are left out, so that their folders are never entered. Notes
 * in `skipped` the folders that cannot be read and the links that are not followed.
 */
async function prunedReaddir(root: string, skipped: Skipped[]): Promise<typeof readdir> {
  const gitignore = await Gitignore.above(root);

  async function prune(folder: string, entries: Dirent[]): Promise<Dirent[]> {
    if (entries.some((entry) => entry.name === '.gitignore')) await gitignore.read(folder);
    const kept: Dirent[] = [];
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.name.startsWith('.') || gitignore.ignores(file, entry.isDirectory())) continue;
      if (entry.isDirectory() && EXCLUDED_FOLDERS.has(entry.name)) continue;
      if (entry.isSymbolicLink()) {
        if (await wouldMatter(file)) skipped.push({ path: file, reason: 'a symbolic link, which is not followed' });
      } else kept.push(entry);
    }
    return kept;
  }

  function pruned(
    folder: string,
    options: { withFileTypes: true },
    done: (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void,
  ): void {
    readdir(folder, options, (error, entries) => {
      if (error) {
        skipped.push({ path: path.normalize(folder), reason: `a folder that cannot be read (${error.code})` });
        done(error, []);
      } else {
        prune(folder, entries).then(
          (kept) => done(null, kept),
          (failure) => done(failure, []),
        );
      }
    });
  }
  // The walk calls this one overload only.
  return pruned as unknown as typeof readdir;
}

async function wouldMatter(link: string): Promise<boolean> {
  if (link.toLowerCase().endsWith('.py')) return true;
  return stat(link).then(
    (target) => target.isDirectory(),
    () => false,
  );
}
