import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './code-server/places';

/** Packs what is built into a .vsix for this platform (it carries the native addon built here); gives its path back. */
export function pack(vsix: string): Promise<string> {
  const target = `${process.platform}-${process.arch}`;
  // No dependencies: dist/ holds them, bundled.
  return vsce(ROOT, vsix, '--target', target, '--no-dependencies', '--no-rewrite-relative-links');
}

/** Packs the extension that starts training by itself; gives its path back. */
export function packStarter(vsix: string): Promise<string> {
  return vsce(join(ROOT, 'scripts', 'starter'), vsix, '--skip-license');
}

async function vsce(cwd: string, vsix: string, ...options: string[]): Promise<string> {
  const program = require.resolve('@vscode/vsce/vsce');
  const args = [
    program,
    'package',
    '--out',
    vsix,
    '--allow-missing-repository',
    '--allow-package-all-secrets',
    ...options,
  ];
  await promisify(execFile)(process.execPath, args, { cwd });
  return vsix;
}

if (require.main === module) {
  void pack(join(ROOT, 'understudy.vsix')).then((vsix) => console.log(`Packed ${vsix}`));
}
