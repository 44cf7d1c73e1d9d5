import ignore from 'ignore';

/** How files are held out for validation: one of three rules, or those that patterns as in a .gitignore name. */
export type Holdout = 'every-10th' | 'auto' | 'none' | readonly string[];

export interface HoldoutFile {
  /** Relative to its folder, with forward slashes. */
  readonly name: string;
  readonly characters: number;
}

const AUTO_SHARE = 0.1;
const AUTO_CHARACTERS = 150_000;
/** Where no file fits into the share: the largest share of all characters that one file may take. */
const AUTO_LARGEST_SHARE = 0.25;

/**
 * Which of the files are held out for validation.
 *
 * - `every-10th`: the 0th, 10th, 20th …
 * - `auto`: at most a tenth of the characters and at most 150,000, spread evenly over files of all sizes. From the longest
 *   file to the shortest, each adds its share to a budget, and a file that fits into the budget is held out: about
 *   every tenth file of each size. In a project so small that none fits, the shortest file is held out where it is at
 *   most a quarter of the whole, else none.
 * - `none`: none.
 */
export function heldOut(files: readonly HoldoutFile[], holdout: Holdout): boolean[] {
  switch (holdout) {
    case 'none':
      return files.map(() => false);
    case 'every-10th':
      return files.map((_, index) => index % 10 === 0);
    case 'auto': {
      const chosen = spreadBySize(files.map((file) => file.characters));
      return files.map((_, index) => chosen.has(index));
    }
    default: {
      const named = ignore().add([...holdout]);
      return files.map(({ name }) => named.ignores(name));
    }
  }
}

/** Indices of the files that `auto` holds out. */
function spreadBySize(lengths: readonly number[]): Set<number> {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const share = Math.min(AUTO_SHARE, AUTO_CHARACTERS / total);
  const longestFirst = [...lengths.entries()].sort(([, a], [, b]) => b - a);
  const chosen = new Set<number>();
  let budget = 0;
  for (const [index, length] of longestFirst) {
    budget += length * share;
    if (length > budget) continue;
    budget -= length;
    chosen.add(index);
  }
  const [shortest, length] = longestFirst.at(-1) ?? [0, Number.POSITIVE_INFINITY];
  if (chosen.size === 0 && length <= total * AUTO_LARGEST_SHARE) chosen.add(shortest);
  return chosen;
}
