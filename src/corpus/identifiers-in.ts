import { identifiersOf } from '../python/identifiers';
import { readRegularFileSync } from '../storage/regular-file';
import { decodeSource } from './decode';
import { discover } from './discover';
import { EventLoopYielder } from './event-loop-yielder';
import { subsampleFiles } from './subsample';

/** In bytes. Larger files are tables of data more often than code, and nothing is learnt from them either. */
const LARGEST_FILE = 500_000;

/** Of more bytes a sample of the files is read, which takes a minute. */
const MOST_BYTES = 100_000_000;

/** No more names are kept, to bound memory: some 20 MB. */
const MOST_NAMES = 300_000;

/**
 * The identifiers in the Python files of `folders`, those too short or alike to learn from as well. What cannot be read
 * has none.
 *
 * @throws UserError when a folder is wrong
 */
export async function identifiersIn(
  folders: readonly string[],
  excludes: readonly string[],
  signal?: AbortSignal,
): Promise<Set<string>> {
  const names = new Set<string>();
  const turns = new EventLoopYielder(signal);
  for (const folder of folders) {
    const { files } = await discover(folder, excludes, signal);
    const sample = await subsampleFiles(files, MOST_BYTES / folders.length, signal);
    for (const { path } of sample.files) {
      await turns.yieldIfDue();
      for (const name of identifiersOf(sourceOf(path))) {
        if (names.size < MOST_NAMES) {
          names.add(name);
        }
      }
    }
  }
  return names;
}

function sourceOf(path: string): string {
  try {
    const decoded = decodeSource(readRegularFileSync(path, LARGEST_FILE));
    return 'text' in decoded ? decoded.text : '';
  } catch {
    return '';
  }
}
