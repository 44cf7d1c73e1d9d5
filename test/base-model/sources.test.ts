import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readPackages } from '../../base-model/corpus/packages';
import { readExcluded, readSources } from '../../base-model/corpus/sources';
import { makeProject } from '../corpus/project';

const CODE = 'def shout(words):\n    """Words, loudly."""\n    return [word.upper() for word in words]\n\n\n'.repeat(4);
const PINNED = readPackages('base-model/packages.tsv').find(({ licence }) => licence === 'Expat')!;
const PAPER = 'Format: 1.0\n\nFiles: *\nLicense: Expat\n\nFiles: boat/copied.py\nLicense: LGPL-2.1\n';

async function unpacked(t: Parameters<typeof makeProject>[0], files: Readonly<Record<string, string>>) {
  const folder = await makeProject(t, {});
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test('a package is read: its licence for each file, masked, and what is left out', async (t) => {
  const folder = await unpacked(t, {
    [`usr/share/doc/${PINNED.name}/copyright`]: PAPER,
    'usr/lib/python3/dist-packages/boat/hull.py': `# Copyright Ada <ada@example.com>\n\n# by grace@example.com\n${CODE}`,
    'usr/lib/python3/dist-packages/boat/crew.py': `import os\n# by grace@navy.mil\n${CODE}\n\n`,
    'usr/lib/python3/dist-packages/boat/copied.py': `import sys\n${CODE}`,
    'usr/lib/python3/dist-packages/boat/_vendor/six.py': `import io\n${CODE}`,
  });
  const { files, leftOut } = await readSources(PINNED, folder);
  assert.deepEqual(
    files.map(({ path, licence, text }) => [path, licence, text]),
    [
      ['boat/crew.py', 'MIT', `import os\n# by someone@example.org\n${CODE.trimEnd()}\n`],
      ['boat/hull.py', 'MIT', `${CODE.trimEnd()}\n`],
    ],
  );
  assert.deepEqual(
    leftOut.map(({ path, reason }) => [path, reason]),
    [
      ['boat/_vendor/six.py', 'a folder of vendored code'],
      ['boat/copied.py', 'under another licence (LGPL-2.1)'],
    ],
  );
});

test('a package under another licence than its line says is refused', async (t) => {
  const folder = await unpacked(t, { [`usr/share/doc/${PINNED.name}/copyright`]: PAPER.replace('Expat', 'GPL-3') });
  await assert.rejects(readSources(PINNED, folder), /is under Expat, and its copyright paper says GPL-3/);
});

test('copies are recognised by all files of an excluded package, and by four of the standard library', async (t) => {
  const folder = await unpacked(t, {
    'usr/lib/python3.11/json/decoder.py': CODE,
    'usr/lib/python3.11/heapq.py': `${CODE}\n`,
  });
  const names = async (use: 'train' | 'excluded') =>
    (await readExcluded({ ...PINNED, use }, folder)).map(({ path }) => path.slice(folder.length + 1));
  assert.deepEqual(await names('train'), ['usr/lib/python3.11/json/decoder.py']);
  assert.equal((await names('excluded')).length, 2);
});

test('the packages that are pinned are all different, and none is learnt from and excluded', () => {
  const packages = readPackages('base-model/packages.tsv');
  assert.equal(new Set(packages.map(({ name }) => name)).size, packages.length);
});
