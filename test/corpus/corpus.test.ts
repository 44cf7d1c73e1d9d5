import assert from 'node:assert/strict';
import { chmod, open } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { type CorpusOptions, joinFiles, loadCorpus } from '../../src/corpus/corpus';
import { leftOutByReason } from '../../src/corpus/left-out';
import { UserError } from '../../src/protocol/user-error';
import { decode } from '../../src/python/alphabet';
import { addFiles, asOrdinaryUser, makeProject, python } from './project';

const all: CorpusOptions = { holdout: 'none', excludes: [] };

test('reads the usable files in path order and says why the others are not', async (t) => {
  const folder = await makeProject(t, {
    'b.py': python('b'),
    'a.py': python('a'),
    'shortest.py': python('shortest', 200),
    'short.py': python('short', 199),
    'longest.py': python('longest', 500_000),
    'long.py': python('long', 500_001),
    'copy.py': python('a'),
    'copy_crlf.py': python('a').replaceAll('\n', '\r\n'),
    'binary.py': Buffer.concat([Buffer.from(python('binary')), Buffer.from([0, 1, 2])]),
    'latin.py': Buffer.concat([Buffer.from(python('latin')), Buffer.from([0xe9])]),
  });
  const { train, validation, skipped } = await loadCorpus([folder], all);
  assert.deepEqual(
    train.map((file) => file.name),
    ['a.py', 'b.py', 'longest.py', 'shortest.py'],
  );
  assert.deepEqual(validation, []);
  assert.deepEqual(Object.fromEntries(skipped.map(({ path: file, reason }) => [path.basename(file), reason])), {
    'short.py': 'shorter than 200 characters',
    'long.py': 'longer than 500,000 characters',
    'copy.py': 'equal in content to a.py',
    'copy_crlf.py': 'equal in content to a.py',
    'binary.py': 'a binary file: it contains NUL bytes',
    'latin.py': 'not valid UTF-8, and no coding line names another encoding',
  });
});

test('counts characters, not bytes: line ends are one, and so is any character outside the alphabet', async (t) => {
  const folder = await makeProject(t, {
    'emoji.py': `# ${'🐍'.repeat(198)}`,
    'crlf.py': 'x\r\n'.repeat(100),
    'crlf_short.py': `${'y\r\n'.repeat(99)}y`,
    'mark.py': `\ufeff${python('mark', 200)}`,
    'mark_short.py': `\ufeff${python('mark', 199)}`,
  });
  const { train } = await loadCorpus([folder], all);
  assert.deepEqual(
    train.map(({ name, symbols }) => [name, symbols.length]),
    [
      ['crlf.py', 200],
      ['emoji.py', 200],
      ['mark.py', 200],
    ],
  );
  assert.equal(decode(train[0]!.symbols), 'x\n'.repeat(100));
});

test('a file of 200 MB is skipped unread', async (t) => {
  const folder = await makeProject(t, { 'a.py': python('a') });
  const huge = await open(path.join(folder, 'huge.py'), 'w');
  await huge.truncate(200e6);
  await huge.close();
  const before = process.memoryUsage().arrayBuffers;
  const { skipped } = await loadCorpus([folder], all);
  assert.deepEqual(skipped, [{ path: path.join(folder, 'huge.py'), reason: 'longer than 500,000 characters' }]);
  assert.ok(process.memoryUsage().arrayBuffers - before < 20e6);
});

test('a file that cannot be read is skipped', async (t) => {
  const folder = await makeProject(t, { 'a.py': python('a'), 'locked.py': python('locked') });
  await chmod(folder, 0o755);
  await chmod(path.join(folder, 'locked.py'), 0);
  const { train, skipped } = await asOrdinaryUser(() => loadCorpus([folder], all));
  assert.equal(train.length, 1);
  assert.deepEqual(skipped, [{ path: path.join(folder, 'locked.py'), reason: 'cannot be read (EACCES)' }]);
});

test('several folders: each in the order given, a file reached twice counts once', async (t) => {
  const folder = await makeProject(t, { 'z/a.py': python('z/a'), 'y/a.py': python('y/a'), 'y/in/b.py': python('b') });
  const { train } = await loadCorpus(
    ['z', 'y/in', 'y'].map((name) => path.join(folder, name)),
    all,
  );
  assert.deepEqual(
    train.map((file) => [path.relative(folder, file.path), file.name]),
    [
      ['z/a.py', 'z/a.py'],
      ['y/in/b.py', 'in/b.py'],
      ['y/a.py', 'y/a.py'],
    ],
  );
});

test('every-10th counts usable files only', async (t) => {
  const names = Array.from({ length: 12 }, (_, index) => `f${String(index).padStart(2, '0')}`);
  const folder = await makeProject(t, {
    ...Object.fromEntries(names.map((name) => [`${name}.py`, python(name)])),
    'a_empty.py': '',
    'f03a_copy.py': python('f03'),
  });
  const { train, validation } = await loadCorpus([folder], { ...all, holdout: 'every-10th' });
  assert.deepEqual(
    validation.map((file) => file.name),
    ['f00.py', 'f10.py'],
  );
  assert.equal(train.length, 10);
});

test('joins files with a line feed after each', async (t) => {
  const folder = await makeProject(t, { 'a.py': python('a', 200), 'b.py': python('b', 201) });
  const { train } = await loadCorpus([folder], all);
  assert.equal(decode(joinFiles(train)), `${python('a', 200)}\n${python('b', 201)}\n`);
  assert.equal(joinFiles([]).length, 0);
});

test('the fingerprint follows contents, order and split, and nothing else', async (t) => {
  const files = { 'a.py': python('a'), 'b.py': python('b') };
  const one = await makeProject(t, files);
  const two = await makeProject(t, { ...files, 'empty.py': '' });
  const fingerprintOf = async (folder: string, holdout: CorpusOptions['holdout'] = 'none') =>
    (await loadCorpus([folder], { ...all, holdout })).fingerprint;
  assert.match(await fingerprintOf(one), /^[0-9a-f]{64}$/);
  assert.equal(await fingerprintOf(one), await fingerprintOf(two));
  assert.notEqual(await fingerprintOf(one), await fingerprintOf(one, 'every-10th'));
  const before = await fingerprintOf(one);
  await addFiles(one, { 'b.py': python('c') });
  assert.notEqual(await fingerprintOf(one), before);
});

test('nothing to learn from is one clear sentence', async (t) => {
  const empty = await makeProject(t, { 'notes.txt': 'x' });
  await assert.rejects(
    loadCorpus([empty], all),
    new UserError(
      `There are no Python files (.py) in ${empty}; choose a folder with Python code, or look at what .gitignore and the excludes leave out.`,
    ),
  );
  const small = await makeProject(t, { 'a.py': 'x = 1\n', 'b.py': '', 'c.py': Buffer.alloc(300) });
  await assert.rejects(
    loadCorpus([small, empty], all),
    new UserError(
      `None of the 3 Python files in ${small}, ${empty} can be learnt from (shorter than 200 characters (2), a binary file: it contains NUL bytes); choose a folder with more Python code.`,
    ),
  );
  const single = await makeProject(t, { 'a.py': python('a') });
  await assert.rejects(
    loadCorpus([single], { ...all, holdout: 'every-10th' }),
    new UserError(
      `--holdout every-10th keeps every usable Python file of ${single} for validation; train with --holdout auto.`,
    ),
  );
  assert.equal((await loadCorpus([single], { ...all, holdout: 'auto' })).train.length, 1);
  await assert.rejects(
    loadCorpus([single], { ...all, holdout: ['every-20th'] }),
    new UserError(
      `--holdout every-20th names no usable Python file of ${single}: give every-10th, auto, none, or a pattern as in a .gitignore.`,
    ),
  );
});

test('stops when it is cancelled: no file counts as unreadable then', async (t) => {
  const folder = await makeProject(t, { 'a.py': python('a') });
  const signal = AbortSignal.abort();
  await assert.rejects(loadCorpus([folder], { ...all, signal }), { name: 'AbortError' });
});

test('of more bytes than wanted a sample is read, the same each time, in which every folder has its share', async (t) => {
  const names = Array.from({ length: 400 }, (_, number) => `${number % 4}/${number}.py`);
  const folder = await makeProject(t, Object.fromEntries(names.map((name) => [name, python(name, 500)])));
  const { train, sampledFrom, fingerprint } = await loadCorpus([folder], { ...all, mostBytes: 50_000 });
  assert.deepEqual(sampledFrom, { files: 400, bytes: 200_000 });
  assert.ok(train.length >= 99 && train.length <= 100);
  for (const part of ['0/', '1/', '2/', '3/']) {
    const share = train.filter(({ name }) => name.startsWith(part)).length;
    assert.ok(share >= 24 && share <= 26, `${share} of folder ${part}`);
  }
  assert.equal((await loadCorpus([folder], { ...all, mostBytes: 50_000 })).fingerprint, fingerprint);
  assert.equal((await loadCorpus([folder], { ...all, mostBytes: 200_000 })).sampledFrom, null);
});

test('the reading tells how far it is, and gives other work its turn', async (t) => {
  const files = Array.from({ length: 30 }, (_, number) => [`${number}.py`, python(`${number}`, 400_000)] as const);
  const folder = await makeProject(t, Object.fromEntries(files));
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) {
      setImmediate(count);
    }
  };
  const told: { found: number; read: number; characters: number }[] = [];
  const loading = loadCorpus([folder], { ...all, onProgress: (progress) => told.push(progress) });
  setImmediate(count);
  await loading;
  isOver = true;
  assert.deepEqual(told.at(-1), { found: 30, read: 30, characters: 29 * 400_000 });
  assert.ok(
    told.filter(({ found, read }) => found === 30 && read === 0).length >= 30,
    'while sizes are asked for, too',
  );
  assert.ok(turns > 5, `${turns} turns`);
});

test('what was left out is counted by reason, with some examples', () => {
  const skipped = Array.from({ length: 50 }, (_, number) => ({ path: `${number}.py`, reason: 'too short' }));
  const groups = leftOutByReason([...skipped, { path: 'x.py', reason: 'equal in content to y.py' }]);
  assert.deepEqual(
    groups.map(({ reason, count, examples }) => [reason, count, examples.length]),
    [
      ['too short', 50, 20],
      ['equal in content to another', 1, 1],
    ],
  );
});
