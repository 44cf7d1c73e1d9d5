import { readFile, stat } from 'node:fs/promises';
import { identifiersOf } from '../text/identifiers';
import { decodeSource } from './decode';
import { discover } from './discover';

/** In bytes. Larger files are tables of data more often than code, and nothing is learnt from them either. */
const LARGEST_FILE = 500_000;

/** No more names are kept, to bound memory: some 20 MB. */
const MOST_NAMES = 300_000;

/**
 * The identifiers in the Python files of `folders`, those too short or alike to learn from as well. What cannot be read has
 * none.
 *
 * @throws UserError when a folder is wrong
 */
export async function namesIn(
  folders: readonly string[],
  excludes: readonly string[],
  signal?: AbortSignal,
): Promise<Set<string>> {
  const names = new Set<string>();
  for (const folder of folders) {
    const { files } = await discover(folder, excludes, signal);
    for (const { path } of files) {
      signal?.throwIfAborted();
      for (const name of identifiersOf(await sourceOf(path))) if (names.size < MOST_NAMES) names.add(name);
    }
  }
  return names;
}

async function sourceOf(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > LARGEST_FILE) return '';
    const decoded = decodeSource(await readFile(path));
    return 'text' in decoded ? decoded.text : '';
  } catch {
    return '';
  }
}
