import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WorkspaceFolders } from '../../src/corpus/workspace-folders';
import { makeProject, python } from './project';

async function project(t: TestContext): Promise<string> {
  return realpathSync.native(await makeProject(t, { 'a/main.py': python('a'), 'b/main.py': python('b') }));
}

test('in the only folder a file is called by its path there, whatever stands at the end of the folder', async (t) => {
  const folder = await project(t);
  for (const given of [folder, `${folder}/`, `${folder}/.`, join(folder, 'a', '..')]) {
    const folders = new WorkspaceFolders([given]);
    assert.equal(folders.nameOf(join(folder, 'a', 'main.py')), 'a/main.py');
    assert.equal(folders.nameOf(join(folder, 'a', 'new', 'unsaved.py')), 'a/new/unsaved.py');
    assert.equal(folders.nameOf(join(folder, '..', 'main.py')), null);
  }
});

test('the root of the file system is a folder like any other', () => {
  const root = process.platform === 'win32' ? 'C:\\' : '/';
  assert.equal(new WorkspaceFolders([root]).nameOf(join(root, 'srv', 'main.py')), 'srv/main.py');
});

test('a file is the same through a symbolic link', { skip: process.platform === 'win32' }, async (t) => {
  const folder = await project(t);
  symlinkSync(join(folder, 'a'), join(folder, 'link'));
  for (const given of ['a', 'link']) {
    const folders = new WorkspaceFolders([join(folder, given)]);
    for (const through of ['a', 'link']) {
      assert.equal(folders.nameOf(join(folder, through, 'main.py')), 'main.py');
      assert.equal(folders.nameOf(join(folder, through, 'unsaved.py')), 'unsaved.py');
    }
  }
});

test('of several folders the names begin with the folder, and no two are the same', async (t) => {
  const folder = await project(t);
  mkdirSync(join(folder, 'c', 'a'), { recursive: true });
  const folders = new WorkspaceFolders([join(folder, 'a'), join(folder, 'b'), join(folder, 'c', 'a')]);
  const names = ['a', 'b', 'c/a'].map((part) => folders.nameOf(join(folder, part, 'main.py')));
  assert.deepEqual(names, ['a/main.py', 'b/main.py', 'a-2/main.py']);
});

test('of folders that lie in each other the innermost counts', async (t) => {
  const folder = await project(t);
  for (const given of [
    [folder, join(folder, 'a')],
    [join(folder, 'a'), folder],
  ]) {
    assert.equal(new WorkspaceFolders(given).nameOf(join(folder, 'a', 'main.py')), 'a/main.py');
  }
});
