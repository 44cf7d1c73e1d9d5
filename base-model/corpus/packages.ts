import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { UserError } from '../../src/protocol/user-error';

/** One line of packages.tsv: a package of Debian, pinned. */
const PinnedPackage = v.object({
  /** `train`: its files are learnt from. `excluded`: they are not, and neither is any copy of them elsewhere. */
  use: v.picklist(['train', 'excluded']),
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.+-]+$/)),
  version: v.pipe(v.string(), v.regex(/^[A-Za-z0-9.+:~-]+$/)),
  architecture: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  /** Size of the .deb. */
  bytes: v.pipe(v.string(), v.digits(), v.transform(Number)),
  sha256: v.pipe(v.string(), v.hash(['sha256'])),
  /** Debian's source package: a project is held out as a whole. */
  project: v.pipe(v.string(), v.minLength(1)),
  /**
   * Licence of most of its files, as its copyright paper calls it; `PSF-2 (read by hand)` where that paper is not
   * machine-readable and somebody read it.
   */
  licence: v.pipe(v.string(), v.minLength(1)),
});
export type PinnedPackage = v.InferOutput<typeof PinnedPackage>;

const COLUMNS = ['use', 'name', 'version', 'architecture', 'bytes', 'sha256', 'project', 'licence'] as const;
const READ_BY_HAND = ' (read by hand)';

/** @throws UserError naming the line that is wrong */
export function readPackages(path: string): PinnedPackage[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) {
      return [];
    }
    const values = line.split('\t');
    const fields = Object.fromEntries(COLUMNS.map((column, at) => [column, values[at]]));
    const parsed = v.safeParse(PinnedPackage, fields);
    if (!parsed.success || values.length !== COLUMNS.length) {
      throw new UserError(`Line ${index + 1} of ${path} is no package: it has the columns ${COLUMNS.join(', ')}.`);
    }
    return [parsed.output];
  });
}

/** The line of packages.tsv. */
export function packageLine(pinned: PinnedPackage): string {
  return COLUMNS.map((column) => pinned[column]).join('\t');
}

/** Licence of a package whose copyright paper somebody read, or null. */
export function licenceReadByHand({ licence }: PinnedPackage): string | null {
  return licence.endsWith(READ_BY_HAND) ? licence.slice(0, -READ_BY_HAND.length) : null;
}

/** Name of the .deb as apt-get writes it; an epoch's colon is escaped. */
export function archiveName({ name, version, architecture }: PinnedPackage): string {
  return `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`;
}
