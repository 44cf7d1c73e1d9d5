import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Completer } from '../../src/completion/completer';
import { singleText } from './single-text';

const GOLDEN = join(__dirname, '../golden');

/**
 * One document per case, in a folder named after the rule: «shown¦not shown» stands at the cursor. An expert that is
 * sure of both parts completes there; where nothing is shown, the rule must be the reason.
 */
for (const rule of readdirSync(GOLDEN)) {
  for (const name of readdirSync(join(GOLDEN, rule))) {
    test(`${rule}: ${name}`, async () => {
      const golden = readFileSync(join(GOLDEN, rule, name), 'utf8');
      const marked = /^(.*)«(.*)¦(.*)»(.*)$/s.exec(golden);
      assert.ok(marked, 'a golden file marks «shown¦not shown»');
      const [, before, shown, hidden, after] = marked;
      const { expert } = singleText(`${before}${shown}${hidden}\n`);
      const document = { uri: name, text: before! + after! };
      const explanation = await new Completer(expert).complete(document, before!.length, { suggestions: 'balanced' });
      assert.equal(explanation.text, shown);
      if (shown === '') {
        assert.equal(explanation.droppedBy, rule);
      }
      if (rule !== 'mid-line') {
        assert.ok(explanation.candidate.startsWith(shown! + hidden!), explanation.candidate);
      }
    });
  }
}
