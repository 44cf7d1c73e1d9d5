/** How files are held out for validation. */
export type Holdout = 'every-10th' | 'auto' | 'none';

const AUTO_SHARE = 0.1;
const AUTO_CHARACTERS = 150_000;
/** Where no file fits into the share: the largest share of all characters that one file may take. */
const AUTO_LARGEST_SHARE = 0.25;

/**
 * Which of the files (given by name and length, in order) are held out for validation.
 *
 * - `every-10th`: the 0th, 10th, 20th …
 * - `auto`: at most a tenth of the characters and at most 150,000, spread evenly over files of all sizes. From the longest
 *   file to the shortest, each adds its share to a budget, and a file that fits into the budget is held out: about
 *   every tenth file of each size. In a project so small that none fits, the shortest file is held out where it is at
 *   most a quarter of the whole, else none.
 * - `none`: none.
 */
export function heldOut(files: readonly { name: string; length: number }[], holdout: Holdout): boolean[] {
  switch (holdout) {
    case 'none':
      return files.map(() => false);
    case 'every-10th':
      return files.map((_, index) => index % 10 === 0);
    case 'auto': {
      const chosen = spreadBySize(files);
      return files.map((file) => chosen.has(file));
    }
  }
}

function spreadBySize<File extends { name: string; length: number }>(files: readonly File[]): Set<File> {
  const total = files.reduce((sum, file) => sum + file.length, 0);
  const share = Math.min(AUTO_SHARE, AUTO_CHARACTERS / total);
  const longestFirst = files.toSorted((a, b) => b.length - a.length || (a.name < b.name ? -1 : 1));
  const chosen = new Set<File>();
  let budget = 0;
  for (const file of longestFirst) {
    budget += file.length * share;
    if (file.length > budget) continue;
    budget -= file.length;
    chosen.add(file);
  }
  const shortest = longestFirst.at(-1);
  if (chosen.size === 0 && shortest && shortest.length <= total * AUTO_LARGEST_SHARE) chosen.add(shortest);
  return chosen;
}
