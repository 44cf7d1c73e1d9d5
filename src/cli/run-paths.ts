import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../protocol/user-error';
import { dataFolder } from '../storage/private-folder';
import { openRun, Run } from '../training/run';

/** Folder of the trainings of these folders unless --out names another: with the user's data, not in the project. */
function placeOf(folders: readonly string[]): string {
  const paths = folders.map((folder) => resolve(folder));
  const key = createHash('sha256').update(JSON.stringify(paths)).digest('hex').slice(0, 8);
  return join(dataFolder(), 'runs', `${shortened(basename(paths[0]!), MOST_BYTES - key.length - 1)}-${key}`);
}

/** Bytes that a folder's name may have on nearly every disk. */
const MOST_BYTES = 255;

/** The longest beginning of `name` that has at most so many bytes as UTF-8; whole characters. */
function shortened(name: string, bytes: number): string {
  const utf8 = Buffer.from(name);
  // As a stream, so that a character that is cut through waits for its rest, which does not come.
  return utf8.length <= bytes ? name : new TextDecoder().decode(utf8.subarray(0, bytes), { stream: true });
}

/** Path for a new training of these folders, named by the time. */
export function newRunPath(folders: readonly string[]): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return join(placeOf(folders), time);
}

/** Path of the newest training of these folders, or null. */
export function newestRunPath(folders: readonly string[]): string | null {
  const place = placeOf(folders);
  if (!existsSync(place)) {
    return null;
  }
  const runs = readdirSync(place).filter((name) => new Run(join(place, name)).hasInfo);
  const newest = runs.sort().at(-1);
  return newest === undefined ? null : join(place, newest);
}

/** The training named on the command line: by its run folder, or by the folder that it learnt from. */
export function findRun(path: string): Run {
  const newest = newestRunPath([path]);
  if (!new Run(path).hasInfo && newest !== null) {
    return openRun(newest);
  }
  if (!existsSync(path)) {
    throw new UserError(`There is no run at ${path}.`);
  }
  return openRun(resolve(path));
}
