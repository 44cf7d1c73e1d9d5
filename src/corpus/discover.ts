import { type Dirent, promises, type readdir } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
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
  const shown = (file: string) => path.join(path.resolve(folder), path.relative(root, file));
  const skipped: Skipped[] = [];
  const names = await glob('**/*.py', {
    cwd: root,
    ignore: excludes.flatMap(withContents),
    expandDirectories: false,
    followSymbolicLinks: false,
    fs: { readdir: await prunedReaddir(root, (file, reason) => skipped.push({ path: shown(file), reason })) },
    ...(signal && { signal }),
  });
  signal?.throwIfAborted();
  const files = names.sort().map((name) => {
    const realPath = path.join(root, name);
    return { path: shown(realPath), realPath, name };
  });
  return { files, skipped: skipped.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

async function resolveFolder(folder: string): Promise<string> {
  try {
    const resolved = await realpath(folder);
    await (await opendir(resolved)).close();
    return resolved;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UserError(`The folder ${folder} does not exist; check how it is spelt.`);
    if (code === 'ENOTDIR') throw new UserError(`${folder} is a file; give the folder that holds it.`);
    throw new UserError(`The folder ${folder} cannot be read (${code}); check its permissions.`);
  }
}

/** A glob that names a file or a folder (from `discover`'s folder on), as globs for it and for all that is in it. */
function withContents(exclude: string): string[] {
  const pattern = exclude.replace(/^\/+|\/+$/g, '');
  // A pattern that leaves the folder matches nothing in it, but would make the walk start further up.
  return pattern === '' || pattern.startsWith('..') ? [] : [pattern, `${pattern}/**`];
}

/**
 * `fs.readdir` for the walk, without the entries that are left out, so that their folders are never entered. Calls `skip`
 * for folders that cannot be read and links that are not followed.
 */
async function prunedReaddir(root: string, skip: (file: string, reason: string) => void): Promise<typeof readdir> {
  const gitignore = await Gitignore.above(root);

  async function entriesOf(folder: string): Promise<Dirent[]> {
    const entries = await promises.readdir(folder, { withFileTypes: true });
    if (entries.some((entry) => entry.name === '.gitignore')) await gitignore.read(folder);
    const kept: Dirent[] = [];
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.name.startsWith('.') || gitignore.ignores(file, entry.isDirectory())) continue;
      if (entry.isDirectory() && EXCLUDED_FOLDERS.has(entry.name)) continue;
      if (!entry.isSymbolicLink()) kept.push(entry);
      else if (await wouldMatter(file)) skip(file, 'a symbolic link, which is not followed');
    }
    return kept;
  }

  function pruned(folder: string, _: unknown, done: (error: Error | null, entries: Dirent[]) => void): void {
    entriesOf(folder).then(
      (entries) => done(null, entries),
      (error) => {
        skip(folder, `a folder that cannot be read (${error.code ?? error})`);
        done(error, []);
      },
    );
  }
  // The walk calls this one overload only.
  return pruned as unknown as typeof readdir;
}

async function wouldMatter(link: string): Promise<boolean> {
  if (link.endsWith('.py')) return true;
  return stat(link).then(
    (target) => target.isDirectory(),
    () => false,
  );
}
