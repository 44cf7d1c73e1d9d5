import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Nearest folder upward with a package.json: the same from source, from dist/ and from an installed extension. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  return folder;
}
