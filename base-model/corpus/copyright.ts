import { UserError } from '../../src/protocol/user-error';

/**
 * Licences of a package's files, from its machine-readable copyright paper
 * (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/, DEP-5).
 */
export interface Copyright {
  /** Licence of the files that no other stanza names. */
  readonly main: string;
  /** In the paper's order: the last one that matches a file counts. */
  readonly stanzas: readonly FilesStanza[];
}

interface FilesStanza {
  readonly patterns: readonly string[];
  readonly licence: string;
}

/** @throws UserError where the paper is not machine-readable */
export function parseCopyright(paper: string): Copyright {
  if (!/^Format(-Specification)?:/im.test(paper.slice(0, 1000))) {
    throw new UserError('Its copyright paper is not machine-readable (DEP-5).');
  }
  const stanzas = paper
    .replace(/\r\n?/g, '\n')
    .split(/\n(?:[ \t]*\n)+/)
    .map(fieldsOf)
    .flatMap(({ files, license }) =>
      files === undefined || license === undefined
        ? []
        : [{ patterns: files.split(/[\s,]+/).filter(Boolean), licence: license.split('\n')[0]!.trim() }],
    );
  const main = stanzas.findLast(({ patterns }) => patterns.includes('*'));
  if (!main) {
    throw new UserError('Its copyright paper gives no licence for all files.');
  }
  return { main: main.licence, stanzas };
}

/** Fields of a paragraph, by their names in lower case; lines that go on are joined by line feeds. */
function fieldsOf(paragraph: string): Record<string, string> {
  const fields: Record<string, string> = {};
  let current = '';
  for (const line of paragraph.split('\n')) {
    const field = /^([A-Za-z-]+):(.*)$/.exec(line);
    if (field) {
      current = field[1]!.toLowerCase();
      fields[current] = field[2]!.trim();
    } else if (current !== '') {
      fields[current] += `\n${line.trim()}`;
    }
  }
  return fields;
}

/** Folders around a package in its sources that an installation takes away. */
const SOURCE_ROOTS = ['', 'src/', 'lib/'];

/**
 * Licence of an installed file by its path from `dist-packages` on. Where sources lie otherwise than installed, a
 * stanza that spells a file of this name out counts as well, since no file may be learnt from by mistake.
 */
export function licenceOf({ main, stanzas }: Copyright, path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const spelt = stanzas.find(
    ({ patterns, licence }) => !isPermissive(licence) && patterns.some((pattern) => pattern.endsWith(`/${name}`)),
  );
  const isOf = ({ patterns }: FilesStanza) =>
    patterns.some((pattern) => SOURCE_ROOTS.some((root) => matches(pattern, root + path)));
  return spelt?.licence ?? stanzas.findLast(isOf)?.licence ?? main;
}

/** DEP-5's wildcards: `*` stands for any characters, slashes as well, `?` for one. */
function matches(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/^\.\//, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${source}$`).test(path);
}

/** Families of licences that are learnt from, by their short names in copyright papers. */
const PERMISSIVE: readonly (readonly [family: string, name: RegExp])[] = [
  ['MIT', /^(expat|mit|mit-expat|expat-mit|mit\/x11|mit-x11|x11)$/],
  ['BSD-2-Clause', /^bsd-2(-clause)?(-[\w.-]+)?$/],
  ['BSD-3-Clause', /^(bsd|bsd-3(-clause)?(-[\w.-]+)?)$/],
  ['Apache-2.0', /^(apache|apache-license)-2(\.0)?$/],
  ['PSF', /^(psf|python|psfl|python-psf)(-2(\.0)?)?$/],
  ['ISC', /^isc$/],
  ['Zlib', /^zlib(\/libpng)?$/],
  ['public domain', /^(public[- ]domain|pd|cc0(-1\.0)?|unlicense|0bsd)$/],
];

/** Family of one licence's short name, or null where it is not learnt from. */
function familyOf(name: string): string | null {
  const short = name.trim().toLowerCase();
  return PERMISSIVE.find(([, pattern]) => pattern.test(short))?.[0] ?? null;
}

/**
 * Families of a licence expression, null where it is not learnt from: of alternatives the first that may be, of several
 * that hold together all have to. `and` binds before `or`, after a comma it does not.
 */
export function licenceFamilies(expression: string): string[] | null {
  const parts = expression.split(/\s*,\s+and\s+/i).map((part) => {
    const alternatives = part.split(/\s*,?\s+or\s+/i).map((alternative) => {
      const families = alternative.split(/\s+and\s+/i).map(familyOf);
      return families.some((family) => family === null) ? null : (families as string[]);
    });
    return alternatives.find((families) => families !== null) ?? null;
  });
  return parts.some((part) => part === null) ? null : [...new Set((parts as string[][]).flat())].sort();
}

function isPermissive(expression: string): boolean {
  return licenceFamilies(expression) !== null;
}
