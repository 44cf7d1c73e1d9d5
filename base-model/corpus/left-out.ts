/**
 * Folders of the projects that figures are measured on. Neither they nor copies of them are learnt from: those under
 * these names by path, all others by what is in them (build.ts).
 */
const MEASURED_ON = [
  'django',
  'flask',
  'jinja2',
  'werkzeug',
  'click',
  'requests',
  'mpmath',
  'fsspec',
  'networkx',
  'twisted',
  'sklearn',
];

/** Packages of the standard library that are measured on, and the tests of these. */
const OF_STANDARD_LIBRARY = /^(?:test\/)?(?:test_)?(?:asyncio|json|email|unittest)(?:\/|\.py$)/;

/** Whether a file of the standard library, by its path there, is of a package that figures are measured on. */
export function isMeasuredOn(path: string): boolean {
  return OF_STANDARD_LIBRARY.test(path);
}

const VENDORED =
  /^(?:_?vendor(?:ed|ized)?|_?vendored_packages|externs?|externals?|_?third_?party|_?bundled|node_modules)$/;

const GENERATED_NAME = /(?:_pb2(?:_grpc)?|_rc|^parsetab|^lextab|^_?version|^_versioneer|^versioneer)\.py$/;

/**
 * Reason to leave out a file by its path from `dist-packages` on, or from the standard library on, a phrase; null where
 * it gives none. A folder called as a project that is measured on is taken for a copy of it, even where it is not: code
 * on top of Django in a file django.py may stay, a folder django may not.
 */
export function leftOutByPath(path: string, isStandardLibrary: boolean): string | null {
  if (isStandardLibrary && isMeasuredOn(path)) {
    return 'a part of the standard library that is measured on';
  }
  const folders = path.split('/');
  const name = folders.pop()!;
  if (folders.some((folder) => VENDORED.test(folder))) {
    return 'a folder of vendored code';
  }
  if (folders.some((folder) => MEASURED_ON.includes(folder.toLowerCase()))) {
    return 'a folder named as a project that is measured on';
  }
  return GENERATED_NAME.test(name) ? 'generated, by its name' : null;
}

/** Where generators sign: somewhere in the first characters. */
const HEAD = 2000;
const GENERATED =
  /\b(?:auto(?:matically)?[- ]?generated|@generated|code generated|generated (?:automatically )?(?:by|from|with|using)|created by:.*(?:compiler|generator)|do not (?:edit|modify))\b/i;

/** Bounds of what looks like code that somebody wrote. Shares are of the characters but white space. */
const LONGEST_LINE = 1000;
const LONG_LINE = 160;
const MOST_IN_LONG_LINES = 0.2;
const FEWEST_LETTERS = 0.5;
const MOST_DIGITS = 0.25;
const MOST_UNKNOWN = 0.03;
const TABLE_LINES = 40;
const MOST_TABLE_LINES = 0.6;

/** A line of nothing but literals and what separates them. */
const TABLE_LINE = /^\s*[[({]*\s*(?:[-+]?[\d.]|[rbuRBU]{0,2}['"]|[\])}]).*[,\])}'"]\s*$/;

/** Reason to leave out a file for what is in it, a phrase; null where it may stay. */
export function leftOutByContent(text: string): string | null {
  if (GENERATED.test(text.slice(0, HEAD))) {
    return 'generated, as it says';
  }
  const lines = text.split('\n');
  if (lines.some((line) => line.length > LONGEST_LINE)) {
    return `a line of more than ${LONGEST_LINE} characters`;
  }
  const inLongLines = lines.reduce((sum, line) => sum + (line.length > LONG_LINE ? line.length : 0), 0);
  if (inLongLines > MOST_IN_LONG_LINES * text.length) {
    return 'mostly long lines';
  }
  const { letters, digits, unknown, all } = countKinds(text);
  if (unknown > MOST_UNKNOWN * all) {
    return 'many characters outside the alphabet';
  }
  if (letters < FEWEST_LETTERS * all || digits > MOST_DIGITS * all) {
    return 'few letters or many digits';
  }
  const filled = lines.filter((line) => /\S/.test(line));
  const tableLines = filled.filter((line) => TABLE_LINE.test(line)).length;
  return tableLines >= TABLE_LINES && tableLines > MOST_TABLE_LINES * filled.length ? 'a table of data' : null;
}

/** Characters of a text by kind, white space aside. */
function countKinds(text: string): { letters: number; digits: number; unknown: number; all: number } {
  const count = { letters: 0, digits: 0, unknown: 0, all: 0 };
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit <= 32) {
      continue;
    }
    count.all++;
    if (unit > 126) {
      count.unknown++;
    } else if (unit >= 48 && unit <= 57) {
      count.digits++;
    } else if ((unit | 32) >= 97 && (unit | 32) <= 122) {
      count.letters++;
    }
  }
  return count;
}
