import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { type TestContext, test } from 'node:test';
import { newRunPath } from '../../src/cli/run-paths';
import { pythonFile, temporaryFolder } from '../training/project';
import { understudy } from './run';

/** Places of runs among a user's data, which is a folder of the test's. */
function userData(t: TestContext): string {
  const data = temporaryFolder(t);
  const before = { ...process.env };
  Object.assign(process.env, { HOME: data, XDG_DATA_HOME: data, LOCALAPPDATA: data });
  t.after(() => {
    process.env = before;
  });
  return data;
}

function placeOf(folder: string): string {
  return basename(dirname(newRunPath([folder])));
}

test('a run’s place is named after the folder and a hash of its path, as ever', (t) => {
  userData(t);
  const folder = join(sep, 'home', 'ada', 'Straße 1');
  const hash = createHash('sha256')
    .update(JSON.stringify([folder]))
    .digest('hex')
    .slice(0, 8);
  assert.equal(placeOf(folder), `Straße 1-${hash}`);
  const longest = join(sep, 'x'.repeat(246));
  assert.ok(placeOf(longest).startsWith('x'.repeat(246)), 'what a disk takes stays as it was');
});

test('a name that is too long with the hash is shortened by bytes, by whole characters, and stays another one', (t) => {
  userData(t);
  for (const name of ['x'.repeat(250), 'é'.repeat(125), `${'x'.repeat(245)}😀`, '漢'.repeat(85)]) {
    const place = placeOf(join(sep, name));
    assert.ok(Buffer.byteLength(place) <= 255, `${Buffer.byteLength(place)} bytes`);
    assert.match(place, /-[0-9a-f]{8}$/);
    assert.ok(name.startsWith(place.slice(0, -9)) && place.length > 80, place);
    assert.notEqual(placeOf(join(sep, 'elsewhere', name)), place);
  }
});

const posix = { skip: process.platform === 'win32' ? 'Windows has no modes, and shorter paths' : false };

test('a project folder of 250 characters can be trained and resumed, out of the sight of others', posix, async (t) => {
  const data = temporaryFolder(t);
  const folder = join(temporaryFolder(t), 'x'.repeat(250));
  mkdirSync(folder);
  for (let i = 0; i < 12; i++) {
    writeFileSync(join(folder, `module_${i}.py`), pythonFile(i));
  }
  // As an earlier version made it.
  const own = join(data, 'understudy');
  mkdirSync(own);
  chmodSync(own, 0o755);
  const small = '--layers 1 --units 8 --batch 4 --seqlen 8 --engine reference --epochs'.split(' ');
  const trained = await understudy(data, 'train', folder, ...small, '0.05', '--json');
  assert.equal(trained.code, 0, trained.stderr);
  const { run } = JSON.parse(trained.stdout);
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  assert.deepEqual([own, join(own, 'runs'), dirname(run), run].map(mode), ['700', '700', '700', '700']);
  const resumed = await understudy(
    data,
    'train',
    folder,
    '--resume',
    '--engine',
    'reference',
    '--epochs',
    '0.1',
    '--json',
  );
  assert.equal(JSON.parse(resumed.stdout).run, run, resumed.stderr);
});
