import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs, { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { replaceFileAtomically } from '../../src/storage/durable-file';
import { fileProblem } from '../../src/storage/file-errors';
import { appendLine } from '../../src/storage/json-lines';
import { makeFolder, tighten } from '../../src/storage/private-folder';
import { temporaryFolder } from '../training/project';

const isPosix = process.platform !== 'win32';
const posix = { skip: isPosix ? false : 'Windows has no modes' };

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

test('folders are made for their owner alone, and those that are there stay as they are', posix, (t) => {
  const there = join(temporaryFolder(t), 'there');
  mkdirSync(there, { mode: 0o755 });
  assert.equal(makeFolder(join(there, 'a', 'b')), join(there, 'a'));
  assert.equal(makeFolder(join(there, 'a', 'b')), undefined);
  assert.deepEqual([there, join(there, 'a'), join(there, 'a', 'b')].map(modeOf), ['755', '700', '700']);
});

test('files are written for their owner alone, also where one was readable by everybody', posix, async (t) => {
  const folder = temporaryFolder(t);
  const paths = ['replaced', 'appended'].map((name) => join(folder, name));
  writeFileSync(paths[0]!, 'before', { mode: 0o644 });
  writeFileSync(`${paths[0]}.partial`, 'left by a killed process of an earlier version', { mode: 0o644 });
  await replaceFileAtomically(paths[0]!, 'after');
  appendLine(paths[1]!, { line: 1 });
  assert.deepEqual(paths.map(modeOf), ['600', '600']);
});

test('tightening takes the rights of others away and nothing else, and follows no link', posix, (t) => {
  const folder = temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  const [file, program, target, link] = [at('file'), at('program'), at('target'), at('link')];
  writeFileSync(file, '', { mode: 0o644 });
  writeFileSync(program, '');
  fs.chmodSync(program, 0o555);
  writeFileSync(target, '', { mode: 0o644 });
  symlinkSync(target, link);
  for (const path of [file, program, link, join(folder, 'nowhere')]) {
    tighten(path);
  }
  assert.deepEqual([file, program, target].map(modeOf), ['600', '500', '644']);
});

test('neither a link nor a pipe beside a file is written to', posix, async (t) => {
  const folder = temporaryFolder(t);
  const [path, victim] = [join(folder, 'file'), join(folder, 'victim')];
  writeFileSync(victim, 'untouched');
  symlinkSync(victim, `${path}.partial`);
  await replaceFileAtomically(path, 'one');
  execFileSync('mkfifo', [`${path}.partial`]);
  await replaceFileAtomically(path, 'two');
  assert.deepEqual([readFileSync(path, 'utf8'), readFileSync(victim, 'utf8')], ['two', 'untouched']);
  assert.deepEqual(readdirSync(folder).sort(), ['file', 'victim']);
});

test('of a read-only disk it is said that it is read-only, though mkdir -p says that it does not exist', (t) => {
  const withCode = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };
  t.mock.method(fs, 'mkdirSync', withCode('ENOENT'));
  t.mock.method(fs, 'accessSync', withCode('EROFS'));
  assert.throws(() => makeFolder(join(temporaryFolderName(), 'a', 'b')), { code: 'EROFS' });
});

function temporaryFolderName(): string {
  return join(tmpdir(), 'understudy-nowhere');
}

test('and so it is on a real one', (t) => {
  const disk = readOnlyDisk(t);
  if (disk === null) {
    return t.skip('needs the right to mount a disk (root on Linux)');
  }
  assert.throws(
    () => makeFolder(join(disk, 'a', 'b')),
    (error) =>
      /^UserError: It cannot be made: the disk is read-only\.$/.test(String(fileProblem('It cannot be made', error))),
  );
});

function readOnlyDisk(t: TestContext): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-disk-'));
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,ro', 'tmpfs', folder]);
  t.after(() => {
    spawnSync('umount', [folder]);
    fs.rmdirSync(folder);
  });
  return mount.status === 0 ? folder : null;
}

/** What makes a folder or writes a file; reading, moving and deleting are anybody's. */
const WRITING =
  /(?<!#)\b(?:mkdir|mkdtemp|writeFile|appendFile|copyFile|cp|symlink|link|truncate)(?:Sync)?\(|createWriteStream\(/;

test('src/storage is the one place that makes folders and writes files', () => {
  const src = join(__dirname, '..', '..', 'src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  assert.ok(files.length > 100);
  const others = files.filter((name) => !name.startsWith('storage'));
  assert.deepEqual(
    others.filter((name) => WRITING.test(readFileSync(join(src, name), 'utf8'))),
    [],
  );
});
