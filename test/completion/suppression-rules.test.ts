import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FILTERS } from '../../src/completion/filters/filters';
import { SUPPRESSION_RULES } from '../../src/completion/suppression-rules';

const rules = [...Object.values(SUPPRESSION_RULES), ...FILTERS];

test('every rule that keeps a suggestion back has a name of its own and says in one sentence why', () => {
  assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  for (const { name, reason } of rules) {
    assert.match(name, /^[a-z]+(?:-[a-z]+)*$/);
    assert.match(reason, /^[A-Z][^\n]*\.$/, name);
  }
});
