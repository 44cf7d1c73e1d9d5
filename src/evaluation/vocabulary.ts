import { Vocabulary } from '../completion/code-aware/names';
import type { CorpusFile } from '../corpus/corpus';
import { decode } from '../text/alphabet';
import { identifiersOf } from '../text/identifiers';

/** The names that these files know. */
export function vocabularyOf(files: readonly CorpusFile[]): Vocabulary {
  return Vocabulary.of(files.flatMap(({ symbols }) => [...identifiersOf(decode(symbols))]));
}
