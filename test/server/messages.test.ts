import assert from 'node:assert/strict';
import test from 'node:test';
import { messagesCampaign } from '../campaigns/messages';

// The long form: npm run test:campaign -- messages
test('hostile messages: every request is answered, and the server lives', async () => {
  const lines: string[] = [];
  const { failures } = await messagesCampaign.run({ seed: 1, count: 300, print: (line) => lines.push(line) });
  assert.equal(failures, 0, lines.join('\n'));
});
