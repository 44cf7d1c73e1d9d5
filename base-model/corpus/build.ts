import { fetchPackages, unpackPackage } from './fetch';
import { NearDuplicates, shinglesOf } from './near-duplicates';
import type { PinnedPackage } from './packages';
import { copyrightPaper, type LeftOutFile, readExcluded, readSources, type SourceFile } from './sources';
import { heldOutProjects, shuffled } from './split';

export interface BaseCorpus {
  /** Both in the order in which they are read: files of all projects mixed. */
  readonly train: SourceFile[];
  readonly heldOut: SourceFile[];
  readonly leftOut: LeftOutFile[];
  /** Copyright papers of the packages whose files are in it. */
  readonly papers: ReadonlyMap<string, string>;
}

export interface BuildOptions {
  /** Folders for the packages, and for what is in them. */
  readonly archives: string;
  readonly unpacked: string;
  /** Seed of the split and of the order of files. */
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** A copy of an excluded project shares this much with it at the least; a near-duplicate with another file. */
const SHARED_WITH_EXCLUDED = 0.3;
const SHARED_WITH_EARLIER = 0.7;

/** Makes the corpus of the packages: fetches, unpacks, reads, leaves out, splits. The same packages give the same. */
export async function buildCorpus(packages: readonly PinnedPackage[], options: BuildOptions): Promise<BaseCorpus> {
  const { archives, unpacked, seed, say } = options;
  const there = await fetchPackages(packages, archives, say);
  const unpack = (pinned: PinnedPackage) => unpackPackage(pinned, archives, unpacked);

  const excluded = new NearDuplicates<string>();
  for (const pinned of there) {
    for (const { path, text } of await readExcluded(pinned, await unpack(pinned))) {
      excluded.add(path, shinglesOf(text));
    }
  }

  const papers = new Map<string, string>();
  const leftOut: LeftOutFile[] = [];
  const files: SourceFile[] = [];
  const earlier = new NearDuplicates<string>();
  for (const pinned of there.filter(({ use }) => use === 'train')) {
    const folder = await unpack(pinned);
    const read = await readSources(pinned, folder);
    const own = withoutDuplicates(read.files, excluded, earlier, read.leftOut);
    leftOut.push(...read.leftOut);
    files.push(...own);
    const paper = copyrightPaper(pinned.name, folder);
    if (paper !== null && own.length > 0) {
      papers.set(pinned.name, paper);
    }
    say(`${pinned.name}: ${own.length} files, ${read.leftOut.length} left out`);
  }
  return { ...split(files, seed), leftOut, papers };
}

/** Those of the files that are no copies; notes the others in `leftOut`. */
export function withoutDuplicates(
  files: readonly SourceFile[],
  excluded: NearDuplicates<string>,
  earlier: NearDuplicates<string>,
  leftOut: LeftOutFile[],
): SourceFile[] {
  return files.filter((file) => {
    const shingles = shinglesOf(file.text);
    const isExcluded = excluded.find(shingles, SHARED_WITH_EXCLUDED) !== null;
    if (isExcluded || earlier.find(shingles, SHARED_WITH_EARLIER) !== null) {
      const reason = isExcluded ? 'a copy from a project that is measured on' : 'a near-duplicate of another file';
      leftOut.push({ package: file.package, path: file.path, reason });
      return false;
    }
    earlier.add(`${file.package} ${file.path}`, shingles);
    return true;
  });
}

export function split(files: readonly SourceFile[], seed: number): Pick<BaseCorpus, 'train' | 'heldOut'> {
  const sizes = new Map<string, number>();
  for (const { project, text } of files) {
    sizes.set(project, (sizes.get(project) ?? 0) + text.length);
  }
  const projects = [...sizes].map(([name, characters]) => ({ name, characters }));
  const names = heldOutProjects(projects, seed);
  const inOrder = shuffled(files, (file) => `${file.package}/${file.path}`, seed);
  return {
    train: inOrder.filter(({ project }) => !names.has(project)),
    heldOut: inOrder.filter(({ project }) => names.has(project)),
  };
}
