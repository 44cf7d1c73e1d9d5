import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import path from 'node:path';
import type { IgnoreFile, Tree } from './ignore-tree';

/** Nothing of this machine's or its user's own configuration counts. */
const ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_SYSTEM: devNull,
  XDG_CONFIG_HOME: devNull,
  HOME: devNull,
};

export function hasGit(): boolean {
  return spawnSync('git', ['--version']).status === 0;
}

/** Makes a repository of a tree and lets `look` see it. */
export async function withRepository<T>(tree: Tree, look: (folder: string) => Promise<T>): Promise<T> {
  const made = realpathSync(mkdtempSync(path.join(tmpdir(), 'understudy-ignore-')));
  try {
    const folder = path.join(made, 'tree');
    const gitFolder = tree.gitIsElsewhere ? path.join(made, 'git') : path.join(folder, '.git');
    mkdirSync(folder);
    init(folder, tree.ignoresCase, tree.gitIsElsewhere ? gitFolder : undefined);
    for (const file of tree.files) {
      write(path.join(folder, file), 'x = 1\n');
    }
    for (const nested of tree.nested) {
      mkdirSync(path.join(folder, nested), { recursive: true });
      init(path.join(folder, nested), tree.ignoresCase);
    }
    for (const file of tree.ignoreFiles) {
      const name =
        file.folder === null ? path.join(gitFolder, 'info/exclude') : path.join(folder, file.folder, '.gitignore');
      write(name, contentOf(file));
    }
    return await look(folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Paths of the files that git does not ignore, those of nested repositories as these have it. */
export function filesNotIgnored(folder: string): string[] {
  return git(folder, ['ls-files', '--others', '--exclude-standard', '-z']).flatMap((listed) =>
    listed.endsWith('/') ? filesNotIgnored(path.join(folder, listed)).map((file) => listed + file) : [listed],
  );
}

/** Those of the files that `git check-ignore` says are ignored. */
export function ignoredAmong(files: readonly string[], folder: string): string[] {
  // A path that begins with a colon would be taken for a pattern.
  const input = files.map((file) => `./${file}\0`).join('');
  return git(folder, ['check-ignore', '--stdin', '-z', '--no-index'], input).map((file) => file.slice('./'.length));
}

function init(folder: string, ignoresCase: boolean, elsewhere?: string): void {
  git(folder, [
    'init',
    '--quiet',
    '--template=',
    ...(elsewhere === undefined ? [] : [`--separate-git-dir=${elsewhere}`]),
  ]);
  git(folder, ['config', 'core.ignorecase', String(ignoresCase)]);
}

function git(folder: string, args: readonly string[], input = ''): string[] {
  try {
    const stdio: ['pipe', 'pipe', 'pipe'] = ['pipe', 'pipe', 'pipe'];
    const said = execFileSync('git', args, { cwd: folder, input, stdio, env: { ...process.env, ...ENVIRONMENT } });
    return said
      .toString()
      .split('\0')
      .filter((file) => file !== '');
  } catch (error) {
    // How check-ignore says that none is ignored.
    if (args[0] === 'check-ignore' && (error as { status?: number }).status === 1) {
      return [];
    }
    throw error;
  }
}

function write(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function contentOf({ lines, lineEnd, hasByteOrderMark, endsWithLineEnd }: IgnoreFile): string {
  return `${hasByteOrderMark ? '\ufeff' : ''}${lines.join(lineEnd)}${endsWithLineEnd ? lineEnd : ''}`;
}
