import { bytesOf, parseIgnoreRules } from '../ignore/gitignore';
import { RuleList } from '../ignore/rule-list';
import type { HOLDOUT_RULES } from '../protocol/choices';
import { UserError } from '../protocol/user-error';

/** Rule by which files are held out for validation: one of three, or patterns as in a .gitignore. */
export type Holdout = (typeof HOLDOUT_RULES)[number] | readonly string[];

export interface HoldoutFile {
  /** Relative to its folder, with forward slashes. */
  readonly name: string;
  readonly characters: number;
}

const AUTO_SHARE = 0.1;
const AUTO_CHARACTERS = 150_000;
/** Largest share of all characters that one file may take where none fits into the budget. */
const AUTO_LARGEST_SHARE = 0.25;

/**
 * Membership of each file in the validation set.
 *
 * - `every-10th`: the 0th, 10th, 20th …
 * - `auto`: at most a tenth of the characters and at most 150,000, spread evenly over files of all sizes. From the
 *   longest file to the shortest, each adds its share to a budget, and a file that fits into the budget is held out:
 *   about every tenth file of each size. In a project so small that none fits, the shortest file is held out where it
 *   is at most a quarter of the whole, else none.
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
      const rules = holdoutRules(holdout);
      return files.map(({ name }) => isNamed(bytesOf(name, true), rules));
    }
  }
}

/** Rules of patterns as in a .gitignore; upper and lower case are one. */
function holdoutRules(patterns: readonly string[]): RuleList {
  const { rules, complaints } = parseIgnoreRules(patterns.map((pattern) => bytesOf(pattern, false)).join('\n'), true);
  if (complaints.length === 0) {
    return new RuleList(rules);
  }
  throw new UserError(`Holding out by pattern takes fewer or shorter ones: these have ${complaints.join(' and ')}.`);
}

/** Whether rules name a file or a folder around it. */
function isNamed(file: string, rules: RuleList): boolean {
  for (let end = file.indexOf('/'); ; end = file.indexOf('/', end + 1)) {
    const isFolder = end >= 0;
    const path = isFolder ? file.slice(0, end) : file;
    const rule = rules.deciding({ name: path.slice(path.lastIndexOf('/') + 1), path, isFolder });
    if (rule && !rule.isNegated) {
      return true;
    }
    if (!isFolder) {
      return false;
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
    if (length > budget) {
      continue;
    }
    budget -= length;
    chosen.add(index);
  }
  const [shortest, length] = longestFirst.at(-1) ?? [0, Number.POSITIVE_INFINITY];
  if (chosen.size === 0 && length <= total * AUTO_LARGEST_SHARE) {
    chosen.add(shortest);
  }
  return chosen;
}
