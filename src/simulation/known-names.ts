import { Vocabulary } from '../completion/code-aware/vocabulary';
import type { CorpusFile } from '../corpus/corpus';
import { Turns } from '../corpus/turns';
import { decode } from '../python/alphabet';
import { identifiersOf } from '../python/identifiers';

/** The names that these files know. @throws the signal's reason when it is aborted */
export async function vocabularyOf(files: readonly CorpusFile[], signal?: AbortSignal): Promise<Vocabulary> {
  const names = new Set<string>();
  const turns = new Turns(signal);
  for (const { symbols } of files) {
    await turns.give();
    for (const name of identifiersOf(decode(symbols))) {
      names.add(name);
    }
  }
  return Vocabulary.of(names);
}
