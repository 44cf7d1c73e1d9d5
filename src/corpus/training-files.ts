import { MOST_LISTED_FILES, type TrainingFile, type TrainingFiles } from '../protocol/training-files';
import type { Corpus, CorpusFile } from './corpus';

/** Sizes of a corpus's files: of the `most` largest, those of one size by name, and the sum of the rest. */
export function trainingFilesOf(
  { train, validation }: Pick<Corpus, 'train' | 'validation'>,
  most = MOST_LISTED_FILES,
): TrainingFiles {
  const files = [...train.map((file) => described(file, false)), ...validation.map((file) => described(file, true))];
  files.sort((a, b) => b.characters - a.characters || (a.name < b.name ? -1 : 1));
  const rest = files.slice(most);
  return {
    listed: files.slice(0, most),
    unlisted: { files: rest.length, characters: rest.reduce((sum, { characters }) => sum + characters, 0) },
  };
}

function described({ name, symbols }: CorpusFile, isHeldOut: boolean): TrainingFile {
  return { name, characters: symbols.length, isHeldOut };
}
