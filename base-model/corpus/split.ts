import { createHash } from 'node:crypto';

export interface SizedProject {
  readonly name: string;
  readonly characters: number;
}

/** What is held out: a hundredth of the characters, and twenty projects. */
const SHARE = 0.01;
const PROJECTS = 20;
/** Of a short list of projects no more than so many are held out, and none that is larger than so much of the whole. */
const MOST_PROJECTS = 0.1;
const LARGEST = 0.02;

/**
 * Projects held out, by name: in the order of their hashes with the seed, until there are twenty that make up a
 * hundredth of all characters, or a tenth of all projects.
 */
export function heldOutProjects(projects: readonly SizedProject[], seed: number): Set<string> {
  const all = projects.reduce((sum, { characters }) => sum + characters, 0);
  const most = Math.floor(MOST_PROJECTS * projects.length);
  const candidates = shuffled(
    projects.filter(({ characters }) => characters <= LARGEST * all),
    ({ name }) => name,
    seed,
  );
  const heldOut = new Set<string>();
  let characters = 0;
  for (const project of candidates) {
    if (heldOut.size >= most || (heldOut.size >= PROJECTS && characters >= SHARE * all)) {
      break;
    }
    heldOut.add(project.name);
    characters += project.characters;
  }
  return heldOut;
}

/** The items in the order of SHA-256 over seed and name: any two machines shuffle alike. */
export function shuffled<Item>(items: readonly Item[], nameOf: (item: Item) => string, seed: number): Item[] {
  return items
    .map((item) => ({
      item,
      key: createHash('sha256')
        .update(`${seed}\n${nameOf(item)}`)
        .digest('hex'),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}
