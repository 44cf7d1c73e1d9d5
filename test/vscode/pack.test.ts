import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { listFiles, PackageManager } from '@vscode/vsce';
import { ROOT } from '../../scripts/code-server/places';
import { PRETRAINED_WEIGHTS_PATH } from '../../src/memory/pretrained-weights';

const ADDON = 'native/build/Release/understudy.node';

it('packs what runs, and nothing else', async () => {
  const packed = await listFiles({ cwd: ROOT, packageManager: PackageManager.None });

  const bundles = ['extension', 'server', 'trainer', 'reader', 'cli', 'panel'].map((name) => `dist/${name}.js`);
  const papers = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'ThirdPartyNotices.txt'];
  const addon = existsSync(join(ROOT, ADDON)) ? [ADDON] : [];
  for (const file of [...bundles, ...papers, PRETRAINED_WEIGHTS_PATH, ...addon]) {
    assert.ok(packed.includes(file), `${file} is packed`);
  }

  const allowed = [...bundles, ...papers, PRETRAINED_WEIGHTS_PATH, ADDON, 'dist/panel.css'];
  const pictures = /^media\/(walkthrough\/)?[\w-]+\.(png|svg)$/;
  const others = packed.filter((file) => !allowed.includes(file) && !pictures.test(file));
  assert.deepEqual(
    others.filter((file) => !/^native\/prebuilds\/[\w-]+\/[\w.-]+\.node$/.test(file)),
    [],
  );
});
