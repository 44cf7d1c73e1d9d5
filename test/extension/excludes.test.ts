import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergedExcludes } from '../../src/extension/excludes';

test('globs that are switched on in any of the settings are left out, each once', () => {
  const files = { '**/.git': true, '**/build': false, '**/*.pyc': { when: '$(basename).py' } };
  const search = { '**/node_modules': true, '**/.git': true };
  assert.deepEqual(mergedExcludes(['**/migrations'], files, search), ['**/migrations', '**/.git', '**/node_modules']);
});
