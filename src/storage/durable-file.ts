import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FILE_MODE } from './private-folder';

/**
 * Atomic, durable replacement of the file at `path`, for its owner alone: at any moment, even after a power cut, either
 * the old or the new content is there. Written beside it, synced (fsync), renamed, folder synced. A failure leaves the
 * old file and nothing else; a killed process may leave `path.partial`, which the next write to `path` replaces. One
 * writer at a time.
 */
export async function replaceFileAtomically(path: string, content: readonly Uint8Array[] | string): Promise<void> {
  const partial = `${path}.partial`;
  // Whatever stands there, a link or a pipe as well, is not what is written to.
  await rm(partial, { force: true });
  try {
    await writeAndSync(partial, content);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writeAndSync(path: string, content: readonly Uint8Array[] | string): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    await writeFile(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename itself durable, where the file system can: Windows and some network file systems cannot. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // The file itself is in place and synced.
  }
}
