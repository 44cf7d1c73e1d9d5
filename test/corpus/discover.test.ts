import assert from 'node:assert/strict';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { discover } from '../../src/corpus/discover';
import { UserError } from '../../src/protocol/user-error';
import { asOrdinaryUser, makeProject } from './project';

async function namesIn(folder: string, excludes: string[] = []): Promise<string[]> {
  return (await discover(folder, excludes)).files.map((file) => file.name);
}

test('finds Python files at any depth, in an order that no locale changes', async (t) => {
  const folder = await makeProject(t, {
    'b.py': '',
    'a/z.py': '',
    'B.py': '',
    'a_b.py': '',
    'é.py': '',
    'notes.txt': '',
    'a.pyc': '',
    'folder.py/inner.py': '',
    'folder.py/readme.md': '',
  });
  assert.deepEqual(await namesIn(folder), ['B.py', 'a/z.py', 'a_b.py', 'b.py', 'folder.py/inner.py', 'é.py']);
});

test('gives absolute paths beside names relative to the folder', async (t) => {
  const folder = await makeProject(t, { 'src/a.py': '' });
  const { files } = await discover(path.join(folder, 'src', '..'), []);
  assert.deepEqual(files, [
    { path: path.join(folder, 'src/a.py'), realPath: path.join(folder, 'src/a.py'), name: 'src/a.py' },
  ]);
});

test('leaves out hidden folders and those of other people’s or generated code', async (t) => {
  const left = [
    '.venv',
    'venv',
    'env/lib/python3/site-packages',
    'node_modules',
    'build',
    'dist',
    '__pycache__',
    '.git',
  ];
  const folder = await makeProject(t, {
    ...Object.fromEntries(left.flatMap((name) => [`${name}/a.py`, `pkg/${name}/deep/a.py`]).map((name) => [name, ''])),
    'builder/a.py': '',
    'pkg/build.py': '',
  });
  assert.deepEqual(await namesIn(folder), ['builder/a.py', 'pkg/build.py']);
});

test('reads a folder that is named, even where it would be left out inside another', async (t) => {
  const folder = await makeProject(t, { '.git/HEAD': '', '.gitignore': 'build/\n', '.hidden/build/a.py': '' });
  assert.deepEqual(await namesIn(path.join(folder, '.hidden/build')), ['a.py']);
});

test('leaves out what the caller’s globs name: files, folders, braces, paths', async (t) => {
  const folder = await makeProject(t, {
    'a.py': '',
    'docs/conf.py': '',
    'pkg/docs/conf.py': '',
    'pkg/models_pb2.py': '',
    'pkg/tests/a.py': '',
    'pkg/old/a.py': '',
    'old/a.py': '',
  });
  const excludes = ['**/docs', '**/*_{pb2,pb3}.py', '/pkg/old/', '**/tests/**', '', '/', '../**'];
  assert.deepEqual(await namesIn(folder, excludes), ['a.py', 'old/a.py']);
});

test('respects .gitignore files: nested ones, negation, anchors, and the last match wins', async (t) => {
  const folder = await makeProject(t, {
    '.gitignore': '# comment\nsecret.py\r\n/top.py\ngen*\n!generic.py\nonly_folder/\n',
    'secret.py': '',
    'pkg/secret.py': '',
    'top.py': '',
    'pkg/top.py': '',
    'gen/a.py': '',
    'generic.py': '',
    'only_folder/a.py': '',
    'pkg/only_folder.py': '',
    'pkg/.gitignore': '/local.py\nsub/x.py\n!secret.py\n!gen2\n',
    'pkg/local.py': '',
    'pkg/sub/local.py': '',
    'pkg/sub/x.py': '',
    'sub/x.py': '',
    'pkg/gen2/a.py': '',
    'a b [c]/.gitignore': 'x.py\n/y.py\n',
    'a b [c]/x.py': '',
    'a b [c]/d/x.py': '',
    'a b [c]/y.py': '',
    'a b [c]/d/y.py': '',
  });
  assert.deepEqual(await namesIn(folder), [
    'a b [c]/d/y.py',
    'generic.py',
    'pkg/gen2/a.py',
    'pkg/only_folder.py',
    'pkg/secret.py',
    'pkg/sub/local.py',
    'pkg/top.py',
    'sub/x.py',
  ]);
});

test('respects the .gitignore files above the folder, up to the root of its repository and no further', async (t) => {
  const outside = await makeProject(t, {
    '.gitignore': 'c.py\n',
    'repository/.git/HEAD': '',
    'repository/.gitignore': 'a.py\n/pkg/sub/d.py\n',
    'repository/pkg/.gitignore': 'b.py\n',
    ...Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`repository/pkg/sub/${name}.py`, ''])),
  });
  assert.deepEqual(await namesIn(path.join(outside, 'repository/pkg/sub')), ['c.py']);
});

test('does not follow symbolic links, and says so: a loop ends, nothing outside is read', async (t) => {
  const outside = await makeProject(t, { 'big/a.py': '' });
  const folder = await makeProject(t, { 'pkg/a.py': '', 'data.json': '' });
  await symlink('..', path.join(folder, 'pkg/loop'));
  await symlink('self.py', path.join(folder, 'self.py'));
  await symlink(path.join(outside, 'big'), path.join(folder, 'big'));
  await symlink('pkg/a.py', path.join(folder, 'linked.py'));
  await symlink('data.json', path.join(folder, 'other.json'));
  const { files, skipped } = await discover(folder, []);
  assert.deepEqual(
    files.map((file) => file.name),
    ['pkg/a.py'],
  );
  const reason = 'a symbolic link, which is not followed';
  assert.deepEqual(
    skipped,
    ['big', 'linked.py', 'pkg/loop', 'self.py'].map((name) => ({ path: path.join(folder, name), reason })),
  );
});

test('a folder given as a symbolic link is read, under the name it was given by', async (t) => {
  const folder = await makeProject(t, { '.git/HEAD': '', '.gitignore': 'b.py\n', 'real/a.py': '', 'real/b.py': '' });
  const elsewhere = await makeProject(t, {});
  const link = path.join(elsewhere, 'link');
  await symlink(path.join(folder, 'real'), link);
  const { files } = await discover(link, []);
  assert.deepEqual(files, [{ path: path.join(link, 'a.py'), realPath: path.join(folder, 'real/a.py'), name: 'a.py' }]);
});

test('notes a folder that cannot be read, and goes on', async (t) => {
  const folder = await makeProject(t, { 'a.py': '', 'locked/b.py': '' });
  await chmod(folder, 0o755);
  await chmod(path.join(folder, 'locked'), 0);
  const { files, skipped } = await asOrdinaryUser(() => discover(folder, []));
  assert.deepEqual(
    files.map((file) => file.name),
    ['a.py'],
  );
  assert.deepEqual(skipped, [{ path: path.join(folder, 'locked'), reason: 'a folder that cannot be read (EACCES)' }]);

  await assert.rejects(
    asOrdinaryUser(() => discover(path.join(folder, 'locked'), [])),
    new UserError(`The folder ${path.join(folder, 'locked')} cannot be read (EACCES); check its permissions.`),
  );
});

test('a folder that does not exist, and a file given as a folder, are clear errors', async (t) => {
  const folder = await makeProject(t, { 'a.py': '' });
  const missing = path.join(folder, 'nowhere');
  const file = path.join(folder, 'a.py');
  await assert.rejects(
    discover(missing, []),
    new UserError(`The folder ${missing} does not exist; check how it is spelt.`),
  );
  await assert.rejects(discover(file, []), new UserError(`${file} is a file; give the folder that holds it.`));
});

test('stops when it is cancelled', async (t) => {
  const folder = await makeProject(t, { 'a.py': '' });
  await mkdir(path.join(folder, 'b'));
  await assert.rejects(discover(folder, [], AbortSignal.abort()), { name: 'AbortError' });
});
