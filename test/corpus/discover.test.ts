import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { discover } from '../../src/corpus/discover';
import { Pattern } from '../../src/ignore/pattern';
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

test('leaves out folders by what they are, and says each with its reason', async (t) => {
  const folder = await makeProject(t, {
    'kept.py': '',
    '.venv/a.py': '',
    'myenv/conda-meta/history': '',
    'myenv/lib/a.py': '',
    'py312/pyvenv.cfg': '',
    'py312/lib/a.py': '',
    'env/lib/python3/site-packages/a.py': '',
    'node_modules/a.py': '',
    'pkg/__pycache__/a.py': '',
    'cache/CACHEDIR.TAG': 'Signature: 8a477f597d28d172789f06886806bc55',
    'cache/a.py': '',
    'thing.egg-info/a.py': '',
    'setup.py': '',
    'build/lib/a.py': '',
    'build/bdist.linux-x86_64/a.py': '',
  });
  const { files, skipped } = await discover(folder, []);
  assert.deepEqual(
    files.map(({ name }) => name),
    ['kept.py', 'setup.py'],
  );
  assert.deepEqual(Object.fromEntries(skipped.map((left) => [path.relative(folder, left.path), left.reason])), {
    '.venv': 'a hidden folder',
    build: 'built by setuptools',
    cache: 'a cache (CACHEDIR.TAG)',
    [path.join('env', 'lib', 'python3', 'site-packages')]: 'installed packages (site-packages, __pypackages__)',
    myenv: 'a conda environment',
    node_modules: 'packages of npm (node_modules)',
    [path.join('pkg', '__pycache__')]: 'compiled Python (__pycache__)',
    py312: 'a virtual environment',
    'thing.egg-info': 'an installed package (.dist-info, .egg-info, .egg)',
  });
});

test('keeps packages that are only called like such folders', async (t) => {
  const folder = await makeProject(t, {
    'src/build/a.py': '',
    'build/steps.py': '',
    'dist/a.py': '',
    'pkg/venv/a.py': '',
    'setup.py': '',
    '.gitignore': 'build/\n!src/build/\n',
    '.git/HEAD': '',
  });
  assert.deepEqual(await namesIn(folder), ['dist/a.py', 'pkg/venv/a.py', 'setup.py', 'src/build/a.py']);
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

test('rules are tried on the entries of their own folder only', async (t) => {
  const packages = Array.from({ length: 40 }, (_, number) => `p${number}`);
  const rules = Array.from({ length: 30 }, (_, number) => `gen${number}*.tmp`).join('\n');
  const folder = await makeProject(
    t,
    Object.fromEntries(
      packages.flatMap((name) => [
        [`${name}/.gitignore`, rules],
        [`${name}/a.py`, ''],
        [`${name}/b.py`, ''],
      ]),
    ),
  );
  const tried = t.mock.method(Pattern.prototype, 'matches');
  assert.equal((await namesIn(folder)).length, 80);
  const calls = tried.mock.callCount();
  assert.ok(calls >= 80 * 30 && calls <= 81 * 30 * 2, `${calls} patterns tried on 80 files with 30 rules each`);
});

test('an ignore file that is no regular file is not waited for, and said', {
  skip: process.platform === 'win32',
}, async (t) => {
  const folder = await makeProject(t, { 'a/a.py': '', 'b/b.py': '', 'd/d.py': '' });
  execFileSync('mkfifo', [path.join(folder, 'a/.gitignore'), path.join(folder, 'fifo.py')]);
  await symlink('/dev/zero', path.join(folder, 'b/.gitignore'));
  await writeFile(path.join(folder, 'd/.gitignore'), 'x'.repeat(1_000_001));
  const { files, skipped } = await discover(folder, []);
  assert.deepEqual(
    files.map(({ name }) => name),
    ['a/a.py', 'b/b.py', 'd/d.py'],
  );
  assert.deepEqual(
    skipped.map((left) => [path.relative(folder, left.path), left.reason]),
    [
      ['a/.gitignore', 'an ignore file that is no regular file, and is not read'],
      ['b/.gitignore', 'an ignore file that is a symbolic link, which git does not follow either'],
      ['d/.gitignore', 'an ignore file of more than 1 MB, which is not read'],
      ['fifo.py', 'not a regular file'],
    ],
  );
});

test('too many and too long rules and excludes are not used, which is said once', async (t) => {
  const many = Array.from({ length: 10_100 }, (_, number) => `name${number}.py`);
  const folder = await makeProject(t, {
    '.gitignore': [`${'y'.repeat(1001)}.py`, ...many].join('\n'),
    'name1.py': '',
    'kept.py': '',
  });
  const { files, skipped } = await discover(folder, [...many, 'z'.repeat(1001)]);
  assert.deepEqual(
    files.map(({ name }) => name),
    ['kept.py'],
  );
  const reasons = skipped.map(({ reason }) => reason);
  assert.equal(reasons.filter((reason) => /more rules than are used/.test(reason)).length, 2, reasons.join('; '));
  assert.ok(reasons.some((reason) => /ignore file with a rule of more than 1,000 characters/.test(reason)));
});

test('globs within globs take no more steps than there are characters', async (t) => {
  const name = `${'a'.repeat(200)}b.py`;
  const folder = await makeProject(t, { [name]: '' });
  const globs = ['*(*(*(*(a|b)*)*)*)c', '+(+(+(+(a))))', '*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*c', '{a*,{b*,{a*a*c,d}}}c'];
  // Would not end in this century if it went back over what it has tried.
  assert.deepEqual(await namesIn(folder, globs), [name]);
});

test('100,000 excludes: the first 10,000 are used, and the others said once', async (t) => {
  const folder = await makeProject(t, { 'kept.py': '', 'name9999.py': '', 'name10000.py': '' });
  const globs = Array.from({ length: 100_000 }, (_, number) => `**/name${number}.py`);
  const { files, skipped } = await discover(folder, globs);
  assert.deepEqual(
    files.map(({ name }) => name),
    ['kept.py', 'name10000.py'],
  );
  assert.deepEqual(
    skipped.map(({ path: left }) => path.relative(folder, left)),
    ['', 'name9999.py'],
  );
});

test('an exclude that is not understood is said, and the others are used', async (t) => {
  const folder = await makeProject(t, { 'a.py': '', 'b.py': '' });
  const notUnderstood = ['!(src)/**', '!a.py', '{1..3}.py', '{a,b', '@(a|b', '[a'];
  const { files, skipped } = await discover(folder, [...notUnderstood, 'b.py']);
  assert.deepEqual(
    files.map(({ name }) => name),
    ['a.py'],
  );
  const reason = 'an exclude that is not understood, and not used';
  assert.deepEqual(
    skipped.filter((left) => left.reason === reason).map((left) => left.path),
    notUnderstood.toSorted(),
  );
});

test('a repository in another one has rules of its own, and its exclude file', async (t) => {
  const folder = await makeProject(t, {
    '.git/HEAD': '',
    '.git/info/exclude': 'private.py\n',
    '.gitignore': 'outer.py\nvendor/\n',
    'private.py': '',
    'inner/.git': 'gitdir: ../.git/modules/inner\n',
    '.git/modules/inner/info/exclude': 'inner.py\n',
    'inner/outer.py': '',
    'inner/private.py': '',
    'inner/inner.py': '',
    'vendor/.git/HEAD': '',
    'vendor/a.py': '',
  });
  assert.deepEqual(await namesIn(folder), ['inner/outer.py', 'inner/private.py']);
  assert.deepEqual(await namesIn(path.join(folder, 'inner')), ['outer.py', 'private.py']);
});

test('a worktree has the exclude file of its repository', async (t) => {
  const folder = await makeProject(t, {
    'main/.git/HEAD': '',
    'main/.git/info/exclude': 'private.py\n',
    'main/.git/worktrees/tree/commondir': '../..\n',
    'tree/a.py': '',
    'tree/private.py': '',
  });
  await writeFile(path.join(folder, 'tree/.git'), `gitdir: ${path.join(folder, 'main/.git/worktrees/tree')}\n`);
  assert.deepEqual(await namesIn(path.join(folder, 'tree')), ['a.py']);
});

test('of the rules above a named folder, those that leave it out do not count, and the others do', async (t) => {
  const folder = await makeProject(t, {
    '.git/HEAD': '',
    '.gitignore': 'env/\nsecret.py\n',
    'env/.gitignore': '*\n',
    'env/lib/a.py': '',
    'env/lib/secret.py': '',
  });
  assert.deepEqual(await namesIn(path.join(folder, 'env/lib')), ['a.py']);
});

test('says after each folder how many files there are so far', async (t) => {
  const folder = await makeProject(t, { 'a.py': '', 'b/b.py': '', 'c/c.py': '', 'c/d.py': '' });
  const told: number[] = [];
  await discover(folder, [], undefined, (filesFound) => told.push(filesFound));
  assert.deepEqual(told, [1, 2, 4]);
});

test('a file whose name is not valid UTF-8 is left out for that', { skip: process.platform !== 'linux' }, async (t) => {
  const folder = await makeProject(t, { 'a.py': '' });
  await writeFile(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.py')]), 'x = 1\n');
  const { files, skipped } = await discover(folder, []);
  assert.deepEqual(
    files.map((file) => file.name),
    ['a.py'],
  );
  assert.deepEqual(
    skipped.map(({ reason }) => reason),
    ['a name that is not valid UTF-8'],
  );
});
