import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { ROOT } from './host/places';

/** Packs what is built into a .vsix for this platform (it carries the native addon built here); gives its path back. */
export async function pack(vsix: string): Promise<string> {
  await createVSIX({
    cwd: ROOT,
    packagePath: vsix,
    target: `${process.platform}-${process.arch}`,
    dependencies: false, // dist/ holds them, bundled
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return vsix;
}

/** Packs the extension that starts training by itself; gives its path back. */
export async function packStarter(vsix: string): Promise<string> {
  await createVSIX({
    cwd: join(ROOT, 'test', 'vscode', 'starter'),
    packagePath: vsix,
    allowMissingRepository: true,
    skipLicense: true,
  });
  return vsix;
}

if (require.main === module) void pack(join(ROOT, 'understudy.vsix'));
