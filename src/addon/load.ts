import { existsSync } from 'node:fs';
import { join } from 'node:path';
import load from 'node-gyp-build';
import { UserError } from '../protocol/user-error';
import { packageRoot } from './package-root';

let loaded: unknown;

/**
 * The exports of the C++ addon: the one built in native/build/Release, else the one that came in
 * native/prebuilds/<platform>-<arch>.
 *
 * @throws UserError naming the fix where there is none for this machine or it does not load
 */
export function loadAddon(): unknown {
  if (loaded === undefined) {
    const root = packageRoot();
    try {
      loaded = load(join(root, 'native'));
    } catch (error) {
      throw new UserError(`The native engine could not be loaded (${reasonOf(error)}): ${fixFor(root)}.`);
    }
  }
  return loaded;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('No native build was found')) {
    return `none is built for ${process.platform}-${process.arch}`;
  }
  return message.split('\n')[0]!;
}

function fixFor(root: string): string {
  return existsSync(join(root, 'native', 'binding.gyp'))
    ? `install Python 3, make and a C++ compiler, then run "npm run build:native" in ${root}`
    : 'install the Understudy package made for this platform';
}
