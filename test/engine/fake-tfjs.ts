import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../training/project';

/**
 * A folder as `gpu setup` leaves it, after a self-test that found a GPU or not. Its package finds a GPU (now, or no
 * more) and then does what `onUse` says when anything is to be computed.
 */
export function fakeTfjs(t: TestContext, onUse: string, { found = true, there = true } = {}): string {
  const folder = temporaryFolder(t);
  const modules = join(folder, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  const selfTest = { version: '2.21.0', gpu: found, difference: 1e-7 };
  const tensorflow = { python: 'python3', folder: '/tensorflow', cuda: true };
  writeFileSync(join(folder, 'setup.json'), JSON.stringify({ tensorflow, selfTest, whyNoGpu: found ? null : 'None.' }));
  writeFileSync(
    join(modules, 'index.js'),
    `const having = (known) =>
      new Proxy(known, { get: (_, name) => { if (name in known) return known[name]; ${onUse}; } });
    const backend = having({ isUsingGpuDevice: ${there}, binding: { TF_Version: '2.21.0' } });
    module.exports = having({ backend: () => backend });`,
  );
  return folder;
}
