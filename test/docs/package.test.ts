import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../scripts/code-server/places';
import { PRETRAINED_WEIGHTS_PATH } from '../../src/memory/pretrained-weights';

const notices = () => readFileSync(join(ROOT, 'ThirdPartyNotices.txt'), 'utf8');

/** Packages by others in the bundles, which name their parts: folder by folder, because one may be there twice. */
function bundledPackages(): string[] {
  const dist = join(ROOT, 'dist');
  const bundles = readdirSync(dist).filter((file) => file.endsWith('.js'));
  const folders = bundles.flatMap((file) => {
    const parts = readFileSync(join(dist, file), 'utf8').matchAll(/^ *\/\/ (node_modules\/(?:@[^/]+\/)?[^/]+)\/\S+$/gm);
    return [...parts].map(([, folder = '']) => folder);
  });
  return [...new Set(folders)].map((folder) => join(ROOT, folder));
}

test('every package that is bundled or compiled in is in the notices, with its licence', () => {
  const packages = [...bundledPackages(), join(ROOT, 'node_modules', 'node-addon-api')];
  assert.ok(packages.length > 20, 'the bundles are built');
  const text = notices();
  for (const folder of packages) {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const [, section = ''] = text.split(`\n${name} ${version} (`);
    const licence = section.split('\n====')[1] ?? '';
    assert.match(licence, /copyright|blue oak|permission/i, `${name} ${version}`);
  }
});

test('the notices name what was made from the works of others, and where it comes from', () => {
  const text = notices();
  for (const work of [PRETRAINED_WEIGHTS_PATH, 'Table of Python names']) {
    const [, section = ''] = text.split(work);
    assert.match(section, /standard library/, work);
    assert.match(section, /https:\/\/www\.python\.org/, work);
    assert.match(section, /PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2/, work);
  }
});

test('the icon has 256 pixels a side', () => {
  const { icon } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const png = readFileSync(join(ROOT, icon));
  // PNG: eight bytes of signature, then the header's length and name, width and height.
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [256, 256]);
});
