import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInside } from '../../src/extension/inside-folder';

test('a path that a webview names has to stay in its folder', () => {
  for (const path of ['app.py', 'src/app.py', 'a..b/c.py', 'src\\app.py']) {
    assert.ok(isInside(path), path);
  }
  for (const path of [
    '',
    '/etc/passwd',
    '../app.py',
    'src/../../app.py',
    'src\\..\\..\\app.py',
    'C:\\app.py',
    '\\app.py',
  ]) {
    assert.equal(isInside(path), false, path);
  }
});
