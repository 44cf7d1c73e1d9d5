import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';

/**
 * The .gitignore rules that hold in one folder: those of the folders above it up to the root of its repository, and
 * those met on the way down. `read` a folder's own file before asking for anything in it.
 */
export class Gitignore {
  private readonly rules: Ignore = ignore({ ignorecase: false });

  private constructor(private readonly root: string) {}

  /** For walking `folder` (absolute). Rules that leave out `folder` itself do not count: somebody named it. */
  static async above(folder: string): Promise<Gitignore> {
    const root = await repositoryRoot(folder);
    if (root === null) return new Gitignore(folder);
    const rules = new Gitignore(root);
    const between = path.relative(root, folder).split(path.sep);
    for (let depth = 0; depth < between.length && root !== folder; depth++) {
      await rules.read(path.join(root, ...between.slice(0, depth)));
    }
    return root !== folder && rules.ignores(folder, true) ? new Gitignore(folder) : rules;
  }

  /** Adds the rules of the .gitignore in `folder`; a missing or unreadable one has none. */
  async read(folder: string): Promise<void> {
    const text = await readFile(path.join(folder, '.gitignore'), 'utf8').catch(() => '');
    const base = this.relative(folder);
    this.rules.add(text.split(/\r?\n/).map((line) => rebase(line, base)));
  }

  ignores(file: string, isFolder: boolean): boolean {
    return this.rules.ignores(this.relative(file) + (isFolder ? '/' : ''));
  }

  private relative(file: string): string {
    return path.relative(this.root, file).split(path.sep).join('/');
  }
}

async function repositoryRoot(folder: string): Promise<string | null> {
  for (let at = folder; ; at = path.dirname(at)) {
    const isRoot = await access(path.join(at, '.git')).then(
      () => true,
      () => false,
    );
    if (isRoot) return at;
    if (path.dirname(at) === at) return null;
  }
}

/**
 * A rule of the .gitignore in `base` as a rule of the root's, so that one list holds them all and the last match wins, as
 * in git. A rule without an inner slash holds at any depth under its folder.
 */
function rebase(line: string, base: string): string {
  if (base === '' || /^(#|\s*$)/.test(line)) return line;
  const [, negation = '', rule = ''] = /^(!?)(.*)$/.exec(line) ?? [];
  const prefix = base.replace(/[\\*?[\]#! ]/g, '\\$&');
  const isAnchored = /\/./.test(rule);
  return `${negation}/${prefix}/${isAnchored ? rule.replace(/^\//, '') : `**/${rule}`}`;
}
