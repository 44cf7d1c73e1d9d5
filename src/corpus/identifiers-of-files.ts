import { decode } from '../python/alphabet';
import { identifiersOf } from '../python/identifiers';
import type { CorpusFile } from './corpus';
import { EventLoopYielder } from './event-loop-yielder';

/** The names in these files. @throws the signal's reason when it is aborted */
export async function identifiersOfFiles(files: readonly CorpusFile[], signal?: AbortSignal): Promise<Set<string>> {
  const names = new Set<string>();
  const turns = new EventLoopYielder(signal);
  for (const { symbols } of files) {
    await turns.yieldIfDue();
    for (const name of identifiersOf(decode(symbols))) {
      names.add(name);
    }
  }
  return names;
}
