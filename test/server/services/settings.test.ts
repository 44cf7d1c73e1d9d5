import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULTS, parseSettings } from '../../../src/server/services/settings';

test('settings that are missing or unusable are taken as their defaults, and the unusable are named', () => {
  const given = { enable: false, suggestions: 'loud', threads: '4', unknown: 1 };
  assert.deepEqual(parseSettings(given), {
    settings: { ...DEFAULTS, enable: false },
    unusable: ['suggestions', 'threads'],
  });
});

for (const nothing of [undefined, null, 'understudy', 7, []]) {
  test(`a client that answers ${JSON.stringify(nothing)} gets the defaults`, () => {
    assert.deepEqual(parseSettings(nothing), { settings: DEFAULTS, unusable: [] });
  });
}
