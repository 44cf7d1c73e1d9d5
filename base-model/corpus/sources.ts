import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { discover } from '../../src/corpus/discover';
import { readPython } from '../../src/corpus/read';
import { UserError } from '../../src/protocol/user-error';
import { decode } from '../../src/python/alphabet';
import { type Copyright, licenceFamilies, licenceOf, parseCopyright } from './copyright';
import { isMeasuredOn, leftOutByContent, leftOutByPath } from './left-out';
import { withoutLicenceComment } from './licence-comment';
import { mask } from './mask';
import { licenceReadByHand, type PinnedPackage } from './packages';

/** A Python file of a package that may be learnt from, masked and without its licence comment. */
export interface SourceFile {
  readonly package: string;
  readonly project: string;
  /** From `dist-packages` on, or from the standard library on. */
  readonly path: string;
  /** Families of its licence, such as `MIT`, joined by ` and `. */
  readonly licence: string;
  /** In the model's alphabet; ends with one line feed. */
  readonly text: string;
}

export interface LeftOutFile {
  readonly package: string;
  readonly path: string;
  readonly reason: string;
}

/** Everything but packages' Python files; documentation's are examples that packages hold elsewhere. */
const INSTALLED = /^usr\/(?:lib\/(?:python3\/dist-packages|python3\.\d+)|share)\//;
const STANDARD_LIBRARY = /^usr\/lib\/python3\.\d+\/(?!dist-packages\/)/;

/** A text of fewer characters says nothing; the product leaves such files out as well. */
const FEWEST_CHARACTERS = 200;

/** Files of an unpacked package, in the order of their paths, and what was left out of it. */
export async function readSources(
  pinned: PinnedPackage,
  folder: string,
): Promise<{ files: SourceFile[]; leftOut: LeftOutFile[] }> {
  const { name, project } = pinned;
  const licenceOfFile = licencesOf(pinned, copyrightPaper(name, folder));
  const { files: found, skipped } = await discover(folder, []);
  const leftOut = skipped.map(
    ({ path, reason }): LeftOutFile => ({ package: name, path: relative(folder, path), reason }),
  );
  const files: SourceFile[] = [];
  for (const file of found) {
    const path = file.name.replace(INSTALLED, '');
    const read = readSource(file.path, path, STANDARD_LIBRARY.test(file.name), licenceOfFile(path));
    if ('reason' in read) {
      leftOut.push({ package: name, path, reason: read.reason });
    } else {
      files.push({ package: name, project, path, ...read });
    }
  }
  return { files, leftOut };
}

function readSource(
  file: string,
  path: string,
  isStandardLibrary: boolean,
  licence: string,
): Pick<SourceFile, 'licence' | 'text'> | { readonly reason: string } {
  const byPath = leftOutByPath(path, isStandardLibrary);
  if (byPath !== null) {
    return { reason: byPath };
  }
  const families = licenceFamilies(licence);
  if (families === null) {
    return { reason: `under another licence (${licence})` };
  }
  const read = readPython(file);
  if ('reason' in read) {
    return read;
  }
  const written = decode(read.symbols);
  const byContent = leftOutByContent(written);
  if (byContent !== null) {
    return { reason: byContent };
  }
  const text = `${mask(withoutLicenceComment(written)).trimEnd()}\n`;
  return text.length < FEWEST_CHARACTERS
    ? { reason: 'little but its licence' }
    : { licence: families.join(' and '), text };
}

/** Files that copies are recognised by: all of an excluded package, of the standard library what is measured on. */
export async function readExcluded(
  { use }: PinnedPackage,
  folder: string,
): Promise<{ readonly path: string; readonly text: string }[]> {
  const { files } = await discover(folder, []);
  return files.flatMap(({ path, name }) => {
    const isStandardLibrary = STANDARD_LIBRARY.test(name);
    if (use !== 'excluded' && !(isStandardLibrary && isMeasuredOn(name.replace(INSTALLED, '')))) {
      return [];
    }
    const read = readPython(path);
    return 'reason' in read ? [] : [{ path, text: withoutLicenceComment(decode(read.symbols)) }];
  });
}

/** Text of the paper, or null where the package's documentation is another package's. */
export function copyrightPaper(name: string, folder: string): string | null {
  const path = join(folder, 'usr/share/doc', name, 'copyright');
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function licencesOf(pinned: PinnedPackage, paper: string | null): (path: string) => string {
  const byHand = licenceReadByHand(pinned);
  if (byHand !== null) {
    return () => byHand;
  }
  const copyright: Copyright = parseCopyright(paper ?? '');
  if (copyright.main !== pinned.licence) {
    throw new UserError(
      `packages.tsv says that ${pinned.name} is under ${pinned.licence}, and its copyright paper says ${copyright.main}: correct that line.`,
    );
  }
  return (path) => licenceOf(copyright, path);
}
