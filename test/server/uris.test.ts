import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { pathOf } from '../../src/server/uris';

test('a file URI names its path, with what was escaped in it', () => {
  for (const name of ['a.py', 'a b.py', '100%.py', 'café.py', '\u{1f600}.py', 'a#b?.py']) {
    const path = resolve(join('folder', name));
    assert.equal(pathOf(pathToFileURL(path).href), path);
  }
});

test('a URI that names no file of this machine has no path', () => {
  const nowhere = [
    'file:///tmp/100%.py',
    'file:///%E0%A4%A.py',
    'file:///caf%E9.py',
    'file:///a%2Fb.py',
    'file:///a%00.py',
    'file://[/a.py',
    'untitled:Untitled-1',
    'vscode-remote://ssh/a.py',
    'a.py',
    'file',
    '',
  ];
  assert.deepEqual(
    nowhere.filter((uri) => pathOf(uri) !== null),
    [],
  );
});

test('a share of another host is a path on Windows alone', { skip: process.platform === 'win32' }, () => {
  assert.equal(pathOf('file://server/share/a.py'), null);
});
