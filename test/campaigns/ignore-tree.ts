import { Random } from '../../src/model/random';

/** A repository to be made: its Python files, and what is in its ignore files. */
export interface Tree {
  /** Paths of Python files, with forward slashes. */
  readonly files: readonly string[];
  readonly ignoreFiles: readonly IgnoreFile[];
  /** Folders in it that are repositories of their own. */
  readonly nested: readonly string[];
  /** The folder that is asked about; empty for the whole tree. */
  readonly start: string;
  /** `core.ignorecase`. */
  readonly ignoresCase: boolean;
  /** Whether `.git` is a file that names a folder elsewhere, as in submodules and worktrees. */
  readonly gitIsElsewhere: boolean;
}

export interface IgnoreFile {
  /** Null for the repository's `info/exclude`. */
  readonly folder: string | null;
  readonly lines: readonly string[];
  readonly lineEnd: '\n' | '\r\n';
  readonly hasByteOrderMark: boolean;
  readonly endsWithLineEnd: boolean;
}

/** No ordinary names: each has something that rules have, or that they could take for something else. */
const PARTS = [
  'a',
  'b',
  'ab',
  'foo',
  'Foo',
  'BAR',
  'é',
  'Ж',
  '😀',
  ' ',
  'a b',
  '[a]',
  '!',
  '#',
  '-',
  '^',
  'x-z',
  '0',
  '_',
];
/** Not on Windows. */
const POSIX_PARTS = ['*', '?', '\\', 'a\\b', ':', '[:alpha:]', '[', ']', '"', '\t', '\r', 'b '];
const FOLDERS = ['src', 'gen', 'build', 'Lib', 'docs', 'a', 'b', 'é', 'a b', '[c]'];

/** What rules are mutated with. */
const SPECIAL = [
  '*',
  '?',
  '[',
  ']',
  '!',
  '^',
  '-',
  '\\',
  '/',
  '**',
  '[a-z]',
  '[!a]',
  '[^b-]',
  '[[:alpha:]]',
  '[[:upper:]_]',
];
const MORE_SPECIAL = [
  '[]a]',
  '[\\]]',
  '[a-',
  '[[:nope:]]',
  '[[:',
  ' ',
  '\\ ',
  '\t',
  '#',
  '\r',
  '\v',
  'é',
  '**/',
  '/**',
  '{a,b}',
];
const WHOLE_RULES = [
  '',
  '!',
  '/',
  '!/',
  '//',
  ' ',
  '/ ',
  '!*',
  '*',
  '**',
  '/*',
  '!*/',
  '*.py',
  '!*.py',
  '# a',
  '\\#',
  '\\!',
  '\\',
];

const parts = process.platform === 'win32' ? PARTS : [...PARTS, ...POSIX_PARTS];

export function randomTree(seed: number): Tree {
  return new TreeMaker(new Random(seed)).tree();
}

class TreeMaker {
  readonly #random: Random;
  /** In lower case: no two names may differ in case alone, since some file systems take them for one. */
  readonly #taken = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  tree(): Tree {
    const folders = this.#folders();
    const files = this.#times(4, 16, () => this.#path(this.#one(folders), `${this.#name()}.py`)).filter(
      (path) => path !== '',
    );
    const nested = this.#chance(0.15) ? folders.filter((folder) => folder !== '' && this.#chance(0.2)) : [];
    const ruled = folders.filter((folder) => folder === '' || this.#chance(0.4));
    const excluded = this.#chance(0.25) ? [null] : [];
    return {
      files,
      nested,
      ignoreFiles: [...ruled, ...excluded].map((folder) => this.#ignoreFile(folder, files, folders)),
      start: this.#chance(0.2) ? this.#one(folders) : '',
      ignoresCase: this.#chance(0.2),
      gitIsElsewhere: this.#chance(0.1),
    };
  }

  /** The root, and some at random below those before. */
  #folders(): string[] {
    const folders = [''];
    for (const name of this.#times(2, 7, () => (this.#chance(0.6) ? this.#one(FOLDERS) : this.#name()))) {
      const path = this.#path(this.#one(folders), name.trimEnd());
      if (path !== '') {
        folders.push(path);
      }
    }
    return folders;
  }

  /** Empty where there is such a path, or could be. */
  #path(folder: string, name: string): string {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (name === '' || name.startsWith('.') || this.#taken.has(path.toLowerCase())) {
      return '';
    }
    this.#taken.add(path.toLowerCase());
    return path;
  }

  #name(): string {
    return this.#times(1, 3, () => this.#one(parts)).join('');
  }

  #ignoreFile(folder: string | null, files: readonly string[], folders: readonly string[]): IgnoreFile {
    const below = [...files, ...folders].filter((path) => path !== '' && path.startsWith(folder ? `${folder}/` : ''));
    const from = folder ? below.map((path) => path.slice(folder.length + 1)) : below;
    return {
      folder,
      lines: this.#times(1, 8, () =>
        from.length === 0 || this.#chance(0.12) ? this.#one(WHOLE_RULES) : this.#rule(this.#one(from)),
      ),
      lineEnd: this.#chance(0.15) ? '\r\n' : '\n',
      hasByteOrderMark: this.#chance(0.15),
      endsWithLineEnd: this.#chance(0.8),
    };
  }

  /** A rule that matches a path, or nearly so. */
  #rule(path: string): string {
    const levels = path.split('/');
    const first = this.#below(levels.length);
    const shape = this.#random.next();
    let rule = shape < 0.4 ? levels[first]! : levels.slice(first).join('/');
    if (shape > 0.75) {
      rule = path;
    }
    for (const mutate of this.#times(0, 3, () => this.#one(MUTATIONS))) {
      rule = mutate(rule, this.#random);
    }
    if (this.#chance(0.2)) {
      rule = rule.replace(/[[\]*?\\]/g, '\\$&');
    }
    if (this.#chance(0.15)) {
      rule = `/${rule}`;
    }
    if (this.#chance(0.2)) {
      rule = `${rule}/`;
    }
    if (this.#chance(0.3)) {
      rule = `!${rule}`;
    }
    if (this.#chance(0.15)) {
      rule += this.#one([' ', '  ', '\\ ', '\\  ', '\\\\ ', '\t', '\r']);
    }
    return rule.replaceAll('\n', '');
  }

  #times<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.#below(most - least + 1) }, make);
  }

  #one<T>(choices: readonly T[]): T {
    return oneOf(choices, this.#random);
  }

  #below(count: number): number {
    return Math.floor(this.#random.next() * count);
  }

  #chance(probability: number): boolean {
    return this.#random.next() < probability;
  }
}

function oneOf<T>(choices: readonly T[], random: Random): T {
  return choices[Math.floor(random.next() * choices.length)]!;
}

type Mutation = (rule: string, random: Random) => string;

/** Puts something in place of `length` characters somewhere. */
function splice(rule: string, random: Random, length: number, put: (old: string) => string): string {
  const at = Math.floor(random.next() * Math.max(1, rule.length - length + 1));
  return rule.slice(0, at) + put(rule.slice(at, at + length)) + rule.slice(at + length);
}

const MUTATIONS: readonly Mutation[] = [
  (rule, random) => splice(rule, random, 1, () => '?'),
  (rule, random) => splice(rule, random, Math.floor(random.next() * rule.length), () => '*'),
  (rule, random) => splice(rule, random, Math.floor(random.next() * rule.length), () => '**'),
  (rule, random) => splice(rule, random, 1, (old) => `[${old}]`),
  (rule, random) => splice(rule, random, 1, (old) => `[a${old}-z]`),
  (rule, random) => splice(rule, random, 1, (old) => `[!${old}]`),
  (rule, random) => splice(rule, random, 1, (old) => `\\${old}`),
  (rule, random) => splice(rule, random, 0, () => oneOf(SPECIAL, random)),
  (rule, random) => splice(rule, random, 1, () => oneOf([...SPECIAL, ...MORE_SPECIAL], random)),
  (rule, random) => splice(rule, random, 1, () => oneOf(MORE_SPECIAL, random)),
  (rule) => rule.replace('/', '/**/'),
  (rule) => rule.replace(/[^/]+\//, '**/'),
  (rule) => rule.replace(/[^/]+$/, '**'),
  (rule) => `**/${rule}`,
  (rule) => `${rule}/**`,
  (rule) => rule.toUpperCase(),
  (rule) => rule.toLowerCase(),
];
