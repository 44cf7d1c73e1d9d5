import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of the files in a folder and those below it. Links are not followed; what vanishes counts nothing. */
export function folderSize(path: string): number {
  try {
    const stats = lstatSync(path);
    if (!stats.isDirectory()) {
      return stats.isFile() ? stats.size : 0;
    }
    return readdirSync(path).reduce((sum, name) => sum + folderSize(join(path, name)), 0);
  } catch {
    return 0;
  }
}
