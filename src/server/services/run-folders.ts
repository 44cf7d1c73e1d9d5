import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockRun, type RunLock } from '../../storage/lock';
import { moveFolder } from '../../storage/private-folder';
import type { Run } from '../../training/run';

/** A folder that is being deleted is moved to such a name first, so that nobody finds a part of it. */
const DELETED = 'deleted-';

/** Deletes a run of a storage folder. @throws UserError where it is being trained */
export async function deleteRun(storage: string, run: Run): Promise<void> {
  const path = deletedPath(storage);
  const isThere = await whileLocked(run, () => moveFolder(run.path, path));
  if (isThere) {
    await remove(path);
  }
}

/** Deletes a folder of a storage folder, in which nothing is trained. */
export async function deleteFolder(storage: string, folder: string): Promise<void> {
  const path = deletedPath(storage);
  await moveFolder(folder, path);
  await remove(path);
}

/** Deletes what a process was killed in deleting. */
export async function deleteRest(storage: string): Promise<void> {
  for (const name of halfDeleted(storage)) {
    await remove(join(storage, name));
  }
}

export function halfDeleted(storage: string): string[] {
  return existsSync(storage) ? readdirSync(storage).filter((name) => name.startsWith(DELETED)) : [];
}

/** Moves a run where there is none. Killed at any moment, it is whole in one place or the other. */
export async function moveRun(run: Run, to: string): Promise<void> {
  const isThere = await whileLocked(run, () => moveFolder(run.path, to));
  if (isThere) {
    await rm(join(to, 'trainer.lock'), { force: true });
  }
}

/** Does `work` while no trainer can be at work in the run; gives whether the run was there. */
export async function whileLocked(run: Run, work: () => Promise<void>): Promise<boolean> {
  let lock: RunLock | null = null;
  try {
    lock = await lockRun(run.path);
    await work();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(run.path)) {
      return false;
    }
    throw error;
  } finally {
    lock?.release();
  }
}

function deletedPath(storage: string): string {
  return join(storage, `${DELETED}${randomUUID()}`);
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
