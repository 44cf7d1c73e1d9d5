import { Vocabulary } from '../completion/code-aware/vocabulary';
import type { CorpusFile } from '../corpus/corpus';
import { identifiersOfFiles } from '../corpus/identifiers-of-files';

/** The names that these files know. @throws the signal's reason when it is aborted */
export async function knownNamesOf(files: readonly CorpusFile[], signal?: AbortSignal): Promise<Vocabulary> {
  return Vocabulary.of(await identifiersOfFiles(files, signal));
}
