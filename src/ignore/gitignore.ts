import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { readRegularFile } from '../storage/regular-file';
import { Pattern } from './pattern';
import { type Repository, repositoryAt } from './repository';
import {
  type Entry,
  type IgnoreRule,
  MOST_RULES,
  type ParsedRules,
  parseRules,
  type RuleCost,
  RuleList,
} from './rule-list';
import { lowerCase, wildmatch } from './wildmatch';

/** Larger ignore files are not read, in bytes. */
const LARGEST_IGNORE_FILE = 1_000_000;

/** Callback for a file that was left out or not used; `reason` is a phrase for people. */
export type Complain = (file: string, reason: string) => void;

/** Rules of one ignore file, those of the files that they overrule behind it. */
interface Level {
  readonly rules: RuleList;
  /** Length of the path of the rules' own folder, from the repository's on. */
  readonly base: number;
  readonly overruled: Level | null;
}

/** Folder in a repository, and the cost that its rules may still have. */
interface Place {
  /** From the repository's folder on, in git's bytes, with a slash at the end; empty in that folder itself. */
  readonly path: string;
  readonly ignoresCase: boolean;
  readonly left: RuleCost;
}

/**
 * Rules by which git ignores entries of one folder: those of the .gitignore files from the repository's folder down to
 * it, and of its `info/exclude`. In a folder of no repository, the first folder that is asked about counts as one. Each
 * repository has rules of its own: those around it do not count in it, as in git.
 *
 * Rules are compared byte by byte, as in git; so names and rules are given as strings with a character for each byte of
 * their UTF-8.
 */
export class Gitignore {
  readonly #levels: Level | null;
  readonly #place: Place;

  private constructor(levels: Level | null, place: Place) {
    this.#levels = levels;
    this.#place = place;
  }

  /**
   * Rules for the entries of `folder`, without its own .gitignore yet. Rules above that leave out the folder itself do
   * not count: somebody named it.
   */
  static async above(folder: string, complain: Complain): Promise<Gitignore> {
    const way: string[] = [];
    for (let at = folder; ; at = path.dirname(at)) {
      const repository = await repositoryAt(at);
      if (repository !== null) {
        return (await Gitignore.of(repository, complain)).#downTo(at, way, complain);
      }
      if (path.dirname(at) === at) {
        return Gitignore.none();
      }
      way.unshift(path.basename(at));
    }
  }

  static none(): Gitignore {
    return new Gitignore(null, { path: '', ignoresCase: false, left: MOST_RULES });
  }

  /** Rules for the entries of a repository's own folder, without its .gitignore yet. */
  static async of({ gitFolder, ignoresCase }: Repository, complain: Complain): Promise<Gitignore> {
    const empty = new Gitignore(null, { path: '', ignoresCase, left: MOST_RULES });
    return empty.#withFile(path.join(gitFolder, 'info', 'exclude'), complain);
  }

  /** Rules for the entries of a folder in this one, without its own .gitignore yet. */
  within(name: string): Gitignore {
    return new Gitignore(this.#levels, { ...this.#place, path: `${this.#place.path}${this.#read(name)}/` });
  }

  /** With the rules of the .gitignore in `folder`, for whose entries these are. */
  async withFileIn(folder: string, complain: Complain): Promise<Gitignore> {
    const file = path.join(folder, '.gitignore');
    const stats = await lstat(file).catch(() => null);
    if (!stats?.isSymbolicLink()) {
      return this.#withFile(file, complain);
    }
    complain(file, 'an ignore file that is a symbolic link, which git does not follow either');
    return this;
  }

  ignores(name: string, isFolder: boolean): boolean {
    const read = this.#read(name);
    const { path } = this.#place;
    for (let level = this.#levels; level !== null; level = level.overruled) {
      const rule = level.rules.deciding({ name: read, path: path.slice(level.base) + read, isFolder });
      if (rule !== undefined) {
        return !rule.isNegated;
      }
    }
    return false;
  }

  async #downTo(start: string, names: readonly string[], complain: Complain): Promise<Gitignore> {
    let rules: Gitignore = this;
    let folder = start;
    for (const name of names) {
      rules = await rules.withFileIn(folder, complain);
      if (rules.ignores(name, true)) {
        rules = rules.#without(name);
      }
      rules = rules.within(name);
      folder = path.join(folder, name);
    }
    return rules;
  }

  /** Without the rules that leave out the folder of this name. */
  #without(name: string): Gitignore {
    const read = this.#read(name);
    const strip = (level: Level | null): Level | null => {
      if (level === null) {
        return null;
      }
      const entry: Entry = { name: read, path: this.#place.path.slice(level.base) + read, isFolder: true };
      return { ...level, rules: level.rules.without(entry), overruled: strip(level.overruled) };
    };
    return new Gitignore(strip(this.#levels), this.#place);
  }

  async #withFile(file: string, complain: Complain): Promise<Gitignore> {
    const { path, ignoresCase, left } = this.#place;
    const text = await ignoreFile(file, complain);
    const parsed = parseIgnoreRules(text, ignoresCase, left);
    for (const complaint of parsed.complaints) {
      complain(file, `an ignore file with ${complaint}`);
    }
    if (parsed.rules.length === 0) {
      return this;
    }
    const level = { rules: new RuleList(parsed.rules), base: path.length, overruled: this.#levels };
    return new Gitignore(level, { ...this.#place, left: parsed.left });
  }

  #read(name: string): string {
    return bytesOf(name, this.#place.ignoresCase);
  }
}

/** A text as a string of its bytes in UTF-8, with ASCII letters in lower case where case is ignored. */
export function bytesOf(text: string, ignoreCase: boolean): string {
  const bytes = /[^\0-\x7f]/.test(text) ? Buffer.from(text).toString('latin1') : text;
  return ignoreCase ? lowerCase(bytes) : bytes;
}

/** Bytes of an ignore file; none where there is no such file, or none that may be read. */
async function ignoreFile(file: string, complain: Complain): Promise<string> {
  try {
    return (await readRegularFile(file, LARGEST_IGNORE_FILE)).toString('latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTREG' || code === 'EISDIR') {
      complain(file, 'an ignore file that is no regular file, and is not read');
    } else if (code === 'EFBIG') {
      complain(file, 'an ignore file of more than 1 MB, which is not read');
    } else if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      complain(file, `an ignore file that cannot be read (${code ?? error})`);
    }
    return '';
  }
}

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** The rules in the bytes of an ignore file, as git's dir.c reads them. */
export function parseIgnoreRules(bytes: string, ignoreCase: boolean, left?: RuleCost): ParsedRules {
  const lines = (bytes.startsWith(BYTE_ORDER_MARK) ? bytes.slice(BYTE_ORDER_MARK.length) : bytes).split('\n');
  const usable = lines
    .filter((line) => !line.startsWith('#'))
    .map(ruleOf)
    .filter((line) => line !== '');
  return parseRules(usable, (line) => parseRule(line, ignoreCase), left);
}

/** A line without its carriage return, what follows a zero byte, and trailing blanks but one behind a backslash. */
function ruleOf(line: string): string {
  const [rule = ''] = (line.endsWith('\r') ? line.slice(0, -1) : line).split('\0', 1);
  let end = rule.length;
  while (rule[end - 1] === ' ') {
    end--;
  }
  let backslashes = 0;
  while (rule[end - 1 - backslashes] === '\\') {
    backslashes++;
  }
  return rule.slice(0, end + (backslashes % 2));
}

function parseRule(line: string, ignoreCase: boolean): IgnoreRule | null {
  const isNegated = line.startsWith('!');
  const rule = isNegated ? line.slice(1) : line;
  const onlyFolders = rule.endsWith('/');
  const pattern = onlyFolders ? rule.slice(0, -1) : rule;
  if (pattern === '') {
    return null;
  }
  const isPath = pattern.includes('/');
  const expression = wildmatch(pattern.startsWith('/') ? pattern.slice(1) : pattern, ignoreCase);
  return expression && { pattern: new Pattern(expression), isPath, onlyFolders, isNegated };
}
