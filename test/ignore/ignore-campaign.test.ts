import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { ignoreCampaign } from '../campaigns/ignore';

const hasGit = spawnSync('git', ['--version']).status === 0;

// The long form: npm run test:campaign -- ignore
test('random trees and rules: what is left out is what git ignores', {
  skip: !hasGit && 'git is missing',
}, async () => {
  const lines: string[] = [];
  const { failures } = await ignoreCampaign.run({ seed: 1, count: 30, print: (line) => lines.push(line) });
  assert.equal(failures, 0, lines.join('\n'));
});
