import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../../src/protocol/user-error';
import { archiveName, type PinnedPackage } from './packages';

const run = promisify(execFile);

/**
 * Fetches what is not in `folder` yet, one package after the other, and gives back those that are there now. One that
 * Debian has no longer, in the pinned version, is told to `say` and left out.
 *
 * @throws UserError where a file is not the pinned one
 */
export async function fetchPackages(
  packages: readonly PinnedPackage[],
  folder: string,
  say: (line: string) => void,
): Promise<PinnedPackage[]> {
  await mkdir(folder, { recursive: true });
  const there: PinnedPackage[] = [];
  for (const pinned of packages) {
    if (!(await isThere(pinned, folder)) && !(await download(pinned, folder, say))) {
      continue;
    }
    await refuseOther(pinned, folder);
    there.push(pinned);
  }
  return there;
}

async function isThere(pinned: PinnedPackage, folder: string): Promise<boolean> {
  const { size } = await stat(join(folder, archiveName(pinned))).catch(() => ({ size: -1 }));
  return size === pinned.bytes;
}

async function download(pinned: PinnedPackage, folder: string, say: (line: string) => void): Promise<boolean> {
  const { name, version } = pinned;
  try {
    await run('apt-get', ['download', '--quiet', `${name}=${version}`], { cwd: folder });
    return true;
  } catch {
    say(`${name} ${version} cannot be fetched (Debian may have another version by now); it is left out.`);
    return false;
  }
}

async function refuseOther(pinned: PinnedPackage, folder: string): Promise<void> {
  const path = join(folder, archiveName(pinned));
  const hash = createHash('sha256');
  for await (const block of createReadStream(path)) {
    hash.update(block as Buffer);
  }
  if (hash.digest('hex') !== pinned.sha256) {
    throw new UserError(`${path} is not the package that packages.tsv pins: remove the file and fetch it again.`);
  }
}

/** Folder with the files of a package, unpacked where they are not yet. */
export async function unpackPackage(pinned: PinnedPackage, archives: string, unpacked: string): Promise<string> {
  const folder = join(unpacked, archiveName(pinned).replace(/\.deb$/, ''));
  if (await stat(folder).catch(() => null)) {
    return folder;
  }
  // Renamed when it is complete: a kill leaves no half of a package under its name.
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await run('dpkg-deb', ['-x', join(archives, archiveName(pinned)), partial]);
  await rename(partial, folder);
  return folder;
}
