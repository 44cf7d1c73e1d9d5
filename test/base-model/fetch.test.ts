import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fetchPackages } from '../../base-model/corpus/fetch';
import { archiveName, type PinnedPackage, packageLine, readPackages } from '../../base-model/corpus/packages';
import { temporaryFolder } from '../training/project';

const CONTENT = 'what is packed';
const PINNED: PinnedPackage = {
  use: 'train',
  name: 'python3-boat',
  version: '2:1.0-1',
  architecture: 'all',
  bytes: CONTENT.length,
  sha256: createHash('sha256').update(CONTENT).digest('hex'),
  project: 'boat',
  licence: 'Expat',
};

/** Puts an apt-get before the system's that has this one package, and notes what it is asked for. */
function fakeAptGet(t: TestContext): { folder: string; asked: () => string[] } {
  const folder = temporaryFolder(t);
  const log = join(folder, 'asked');
  const script = `#!/bin/sh
echo "$3" >> '${log}'
[ "$3" = 'python3-boat=2:1.0-1' ] || exit 100
printf '${CONTENT}' > '${archiveName(PINNED)}'
`;
  writeFileSync(join(folder, 'apt-get'), script);
  chmodSync(join(folder, 'apt-get'), 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${folder}${delimiter}${before}`;
  t.after(() => {
    process.env.PATH = before;
  });
  const asked = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return { folder: join(folder, 'archives'), asked };
}

test('what is there already is not fetched again', async (t) => {
  const { folder, asked } = fakeAptGet(t);
  const fail = () => assert.fail();
  assert.deepEqual(await fetchPackages([PINNED], folder, fail), [PINNED]);
  assert.equal(readFileSync(join(folder, 'python3-boat_2%3a1.0-1_all.deb'), 'utf8'), CONTENT);
  assert.deepEqual(await fetchPackages([PINNED], folder, fail), [PINNED]);
  assert.deepEqual(asked(), ['python3-boat=2:1.0-1']);
});

test('a package that Debian has no longer is named and left out', async (t) => {
  const { folder } = fakeAptGet(t);
  const said: string[] = [];
  const gone = { ...PINNED, version: '0.9-1' };
  assert.deepEqual(await fetchPackages([gone, PINNED], folder, (line) => said.push(line)), [PINNED]);
  assert.match(said.join('\n'), /^python3-boat 0\.9-1 cannot be fetched .*; it is left out\.$/);
});

test('a file that is not the pinned one is refused', async (t) => {
  const { folder } = fakeAptGet(t);
  const other = { ...PINNED, sha256: '0'.repeat(64) };
  await assert.rejects(
    fetchPackages([other], folder, () => {}),
    /is not the package that packages\.tsv pins/,
  );
});

test('the list of packages is read line by line, and a wrong line is named', (t) => {
  const path = join(temporaryFolder(t), 'packages.tsv');
  writeFileSync(path, `# comment\n\n${packageLine(PINNED)}\n`);
  assert.deepEqual(readPackages(path), [PINNED]);
  writeFileSync(path, `${packageLine(PINNED)}\n${packageLine({ ...PINNED, name: '--option' })}\n`);
  assert.throws(() => readPackages(path), /Line 2 of .* is no package/);
});
