import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { readRegularFile } from '../storage/regular-file';

/** Largest of git's own files that are read here, in bytes. */
const LARGEST_FILE = 1 << 20;

/** A git repository, as far as it says what is ignored. */
export interface Repository {
  /** Folder in which its `info/exclude` is. */
  readonly gitFolder: string;
  /** `core.ignorecase`, which git sets where the file system does not tell upper from lower case. */
  readonly ignoresCase: boolean;
}

/** The repository whose working tree begins in `folder`; null where none does. */
export async function repositoryAt(folder: string): Promise<Repository | null> {
  const gitFolder = await gitFolderOf(folder);
  if (gitFolder === null) {
    return null;
  }
  return { gitFolder, ignoresCase: ignoresCase(await textOf(path.join(gitFolder, 'config'))) };
}

/**
 * The folder with a repository's own files. In a submodule or a worktree `.git` is a file that names it, and a
 * worktree's names in `commondir` the one that it shares with its repository.
 */
async function gitFolderOf(folder: string): Promise<string | null> {
  const entry = path.join(folder, '.git');
  const stats = await stat(entry).catch(() => null);
  if (stats?.isDirectory()) {
    return (await exists(path.join(entry, 'HEAD'))) ? entry : null;
  }
  if (!stats?.isFile()) {
    return null;
  }
  const [, named] = /^gitdir: ([^\r\n]+)/.exec(await textOf(entry)) ?? [];
  if (named === undefined) {
    return null;
  }
  const own = path.resolve(folder, named);
  const shared = (await textOf(path.join(own, 'commondir'))).trimEnd();
  return shared === '' ? own : path.resolve(own, shared);
}

/** A file's text; empty where it cannot be read. */
async function textOf(file: string): Promise<string> {
  return readRegularFile(file, LARGEST_FILE).then(String, () => '');
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** `core.ignorecase` in a repository's own config. */
function ignoresCase(config: string): boolean {
  let section = '';
  let value = false;
  for (const line of config.split('\n')) {
    const [header = '', name] = /^\s*\[([^\]]*)\]/.exec(line) ?? [];
    if (name !== undefined) {
      section = name.trim().toLowerCase();
    }
    const [setting = ''] = line.slice(header.length).split(/[#;]/);
    const [key = '', given] = setting.split('=', 2).map((part) => part.trim().toLowerCase());
    if (section === 'core' && key === 'ignorecase') {
      value = given === undefined || /^"?(true|yes|on|1)"?$/.test(given);
    }
  }
  return value;
}
