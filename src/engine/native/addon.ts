import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import load from 'node-gyp-build';
import { UserError } from '../../protocol/user-error';

/** What native/addon.cc exports. Other rooms add theirs by declaration merging. */
export interface NativeAddon {
  readonly [name: string]: unknown;
}

let loaded: NativeAddon | undefined;

/**
 * The C++ addon: the one built in native/build/Release, else the one that came in native/prebuilds/<platform>-<arch>.
 * Throws a UserError naming the fix where there is none for this machine or it does not load.
 */
export function loadAddon(): NativeAddon {
  if (!loaded) {
    const root = packageRoot();
    try {
      loaded = load(join(root, 'native')) as NativeAddon;
    } catch (error) {
      throw new UserError(`The native engine could not be loaded (${reasonOf(error)}): ${fixFor(root)}.`);
    }
  }
  return loaded;
}

/** Nearest folder upward with a package.json: the same from source, from dist/ and from an installed extension. */
function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('No native build was found')) return `none is built for ${process.platform}-${process.arch}`;
  return message.split('\n')[0];
}

function fixFor(root: string): string {
  return existsSync(join(root, 'native', 'binding.gyp'))
    ? `install Python 3, make and a C++ compiler, then run "npm run build:native" in ${root}`
    : 'install the Understudy package made for this platform';
}
