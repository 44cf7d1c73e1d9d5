import { Vocabulary } from '../completion/code-aware/vocabulary';
import type { CorpusFile } from '../corpus/corpus';
import { EventLoopYielder } from '../corpus/event-loop-yielder';
import { decode } from '../python/alphabet';
import { identifiersOf } from '../python/identifiers';

/** The names that these files know. @throws the signal's reason when it is aborted */
export async function knownNamesOf(files: readonly CorpusFile[], signal?: AbortSignal): Promise<Vocabulary> {
  const names = new Set<string>();
  const turns = new EventLoopYielder(signal);
  for (const { symbols } of files) {
    await turns.yieldIfDue();
    for (const name of identifiersOf(decode(symbols))) {
      names.add(name);
    }
  }
  return Vocabulary.of(names);
}
