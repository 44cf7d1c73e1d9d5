import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killsCampaign } from '../campaigns/kills';

test('ten kills at random moments: every training ends bit for bit as in one go', async () => {
  const lines: string[] = [];
  const { failures } = await killsCampaign.run({ seed: 1, count: 10, print: (line) => lines.push(line) });
  assert.equal(failures, 0, lines.join('\n'));
});
