import { PYTHON_NAMES } from './python-names';
import { Vocabulary } from './vocabulary';

let vocabulary: Vocabulary | null = null;

/** Python's keywords, builtins and standard library; made when first asked for. */
export function pythonVocabulary(): Vocabulary {
  vocabulary ??= Vocabulary.of(PYTHON_NAMES.trim().split(/\s+/));
  return vocabulary;
}
