import { accessSync, chmodSync, constants, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import envPaths from 'env-paths';

/**
 * POSIX modes of what is kept: for its owner alone, because a model recites the code that it was trained on. Windows
 * has no such modes; what lies in a user's profile is protected by it there.
 */
const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

/** Rights of the group and of everybody else. */
const OTHERS = 0o077;

/**
 * Makes a folder, and those above it that are missing, for their owner alone. Folders that are there already stay as
 * they are.
 *
 * @returns the topmost folder that was made; undefined where all were there
 * @throws the system's error with its true code: `mkdir -p` says ENOENT of a read-only disk
 */
export function makeFolder(path: string): string | undefined {
  try {
    return mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      accessSync(nearestFolder(path), constants.W_OK);
    }
    throw error;
  }
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/**
 * Takes the rights of everybody but the owner away from a file or folder that an earlier version made. Links are not
 * followed; what cannot be changed (another user's, a read-only disk) stays as it is.
 */
export function tighten(path: string): void {
  if (process.platform === 'win32') {
    return;
  }
  try {
    const stats = lstatSync(path);
    const isOurs = stats.isFile() || stats.isDirectory();
    if (isOurs && (stats.mode & OTHERS) !== 0) {
      chmodSync(path, stats.mode & 0o7777 & ~OTHERS);
    }
  } catch {
    // Reading or writing it tells what is wrong with it.
  }
}

const MOVES = 10;

/**
 * Moves a folder on the same disk. Windows refuses while somebody reads a file in it, so there it is tried for a
 * second.
 */
export async function moveFolder(from: string, to: string): Promise<void> {
  for (let move = 1; ; move++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const isInUse = ['EPERM', 'EBUSY', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (process.platform !== 'win32' || !isInUse || move === MOVES) {
        throw error;
      }
      await setTimeout(100);
    }
  }
}

/**
 * Understudy's folder among the user's own data, where everything goes that has no other place; made by whoever writes
 * there.
 */
export function dataFolder(): string {
  const folder = envPaths('understudy', { suffix: '' }).data;
  tighten(folder);
  return folder;
}
