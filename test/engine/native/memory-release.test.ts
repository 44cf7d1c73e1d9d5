import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const ADDON = join(__dirname, '../../../src/addon/load.ts');

/**
 * Frees 30 MB, as checkpoints are freed, then 100 pieces of 1 MB among small ones that stay; prints how much is left,
 * in MB.
 */
const PROGRAM = `
  if (process.argv[1] === 'with-addon') require(${JSON.stringify(ADDON)}).loadAddon();
  const filled = (bytes) => new Uint8Array(bytes).fill(1);
  // What a collection finds is let go of by the next.
  const collect = () => { for (let i = 0; i < 4; i++) gc(); };
  const kept = [];
  const freeOne = () => { filled(30 << 20); };
  const freeMany = () => {
    const pieces = [];
    for (let i = 0; i < 100; i++) {
      pieces.push(filled(1 << 20));
      kept.push(filled(16 << 10));
    }
  };
  freeOne();
  collect();
  const before = process.memoryUsage.rss();
  freeMany();
  collect();
  console.log(Math.round((process.memoryUsage.rss() - before) / 1e6));
`;

function left(addon: 'with-addon' | 'without'): number {
  const options = ['--import', 'tsx', '--expose-gc', '--eval', PROGRAM];
  return Number(execFileSync(process.execPath, [...options, addon], { encoding: 'utf8' }));
}

const hasGlibc =
  process.platform === 'linux' && JSON.stringify(process.report.getReport()).includes('glibcVersionRuntime');
/** Sanitizers, for one, bring an allocator of their own. */
const isReplaced = process.env.LD_PRELOAD !== undefined;

test('what is freed goes back to the system', { skip: (!hasGlibc || isReplaced) && 'only glibc would keep it' }, () => {
  assert.ok(left('without') > 80, 'the C library gives it back by itself: nothing is tested here');
  assert.ok(left('with-addon') < 20);
});
