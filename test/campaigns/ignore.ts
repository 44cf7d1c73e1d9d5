import path from 'node:path';
import { discover } from '../../src/corpus/discover';
import type { Campaign, CampaignResult } from './campaign';
import { filesNotIgnored, ignoredAmong, withRepository } from './git';
import { randomTree, type Tree } from './ignore-tree';

/** Random trees of folders with random ignore files: what is left out must be what git ignores, and must be told. */
export const ignoreCampaign: Campaign = {
  defaultCount: 500,
  async run({ seed, count, print }): Promise<CampaignResult> {
    const failing: Tree[] = [];
    const total = { files: 0, rules: 0, ignored: 0 };
    for (let trial = 0; trial < count; trial++) {
      const tree = randomTree(seed * 1_000_000 + trial);
      const { differences, ignored } = await compare(tree);
      total.files += tree.files.length;
      total.rules += tree.ignoreFiles.reduce((sum, { lines }) => sum + lines.length, 0);
      total.ignored += ignored;
      if (differences.length > 0) {
        failing.push(tree);
      }
    }
    print(
      `ignore, seed ${seed}: ${count} trees with ${total.files} files and ${total.rules} rules, which ignore ${total.ignored} files`,
    );
    print(failing.length === 0 ? 'all as git' : `${failing.length} trees are not as in git; the smallest:`);
    const smallest = (await Promise.all(failing.slice(0, 3).map(shrink))).sort((a, b) => size(a) - size(b))[0];
    if (smallest) {
      print(`${JSON.stringify(smallest, null, 2)}\n${(await compare(smallest)).differences.join('\n')}`);
    }
    return { failures: failing.length };
  },
};

/** Where git and discover differ, each a sentence. */
async function compare(tree: Tree): Promise<{ differences: string[]; ignored: number }> {
  return withRepository(tree, async (folder) => {
    const all = tree.files.filter((file) => file.startsWith(tree.start === '' ? '' : `${tree.start}/`));
    const kept = new Set(filesNotIgnored(folder));
    // What is named is read, and then git has no say in it.
    if (tree.start !== '' && !all.some((file) => kept.has(file))) {
      return { differences: [], ignored: 0 };
    }
    const { files, skipped } = await discover(path.join(folder, tree.start), []);
    const found = new Set(files.map(({ name }) => path.posix.join(tree.start, name)));
    const told = new Set(skipped.map((left) => path.relative(folder, left.path).split(path.sep).join('/')));
    const asked = tree.nested.length === 0 ? new Set(ignoredAmong(all, folder)) : null;
    const differences: string[] = [];
    for (const file of all) {
      if (asked && asked.has(file) === kept.has(file)) {
        differences.push(`git does not agree with itself on ${file}`);
      }
      if (kept.has(file) !== found.has(file)) {
        differences.push(`git ${kept.has(file) ? 'keeps' : 'ignores'} ${file}`);
      }
      if (!found.has(file) && !around(file).some((left) => told.has(left))) {
        differences.push(`${file} is left out in silence`);
      }
    }
    return { differences, ignored: all.filter((file) => !kept.has(file)).length };
  });
}

/** A file and the folders around it. */
function around(file: string): string[] {
  return file.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));
}

/** The tree with as much taken away as can be while git and discover still differ. */
async function shrink(tree: Tree): Promise<Tree> {
  for (const smaller of smallerThan(tree)) {
    if ((await compare(smaller)).differences.length > 0) {
      return shrink(smaller);
    }
  }
  return tree;
}

function* smallerThan(tree: Tree): Generator<Tree> {
  const { files, nested, ignoreFiles } = tree;
  if (tree.ignoresCase) {
    yield { ...tree, ignoresCase: false };
  }
  if (tree.gitIsElsewhere) {
    yield { ...tree, gitIsElsewhere: false };
  }
  for (const shorter of eachLeftOut(nested)) {
    yield { ...tree, nested: shorter };
  }
  for (const shorter of eachLeftOut(ignoreFiles)) {
    yield { ...tree, ignoreFiles: shorter };
  }
  for (const shorter of eachLeftOut(files)) {
    yield { ...tree, files: shorter };
  }
  for (const [index, file] of ignoreFiles.entries()) {
    for (const lines of eachLeftOut(file.lines)) {
      yield { ...tree, ignoreFiles: ignoreFiles.with(index, { ...file, lines }) };
    }
    if (file.hasByteOrderMark) {
      yield { ...tree, ignoreFiles: ignoreFiles.with(index, { ...file, hasByteOrderMark: false }) };
    }
    if (file.lineEnd !== '\n') {
      yield { ...tree, ignoreFiles: ignoreFiles.with(index, { ...file, lineEnd: '\n' }) };
    }
  }
}

function eachLeftOut<T>(items: readonly T[]): T[][] {
  return items.map((_, index) => items.toSpliced(index, 1));
}

function size(tree: Tree): number {
  return JSON.stringify(tree).length;
}
