import { isIdentifierPart } from '../../python/characters';
import { DocumentNames } from './document-names';
import { pythonVocabulary } from './python-vocabulary';
import { ANY_NAME, type Names, union } from './vocabulary';

/** Documents whose names are kept, closed ones too: what was just written there need not yet be the workspace's. */
const DOCUMENTS = 16;

/** The names that may be written in a document: Python's own, the workspace's, and those of the documents in work. */
export class KnownNames {
  /** Names in the workspace's files; null while they are not known. */
  workspace: Names | null;
  /** Least recently used first. */
  readonly #documents = new Map<string, DocumentNames>();

  constructor(workspace: Names | null = null) {
    this.workspace = workspace;
  }

  /** Those known at `offset` of a document; the word that is being written there is not yet a name. */
  at(uri: string, text: string, offset: number): Names {
    if (this.workspace === null) {
      return ANY_NAME;
    }
    this.#document(uri).update(withoutWordAt(text, offset));
    return union(pythonVocabulary(), this.workspace, ...this.#documents.values());
  }

  #document(uri: string): DocumentNames {
    const names = this.#documents.get(uri) ?? new DocumentNames();
    this.#documents.delete(uri);
    this.#documents.set(uri, names);
    if (this.#documents.size > DOCUMENTS) {
      this.#documents.delete(this.#documents.keys().next().value!);
    }
    return names;
  }
}

function withoutWordAt(text: string, offset: number): string {
  let start = offset;
  let end = offset;
  while (start > 0 && isIdentifierPart(text.charCodeAt(start - 1))) {
    start--;
  }
  while (end < text.length && isIdentifierPart(text.charCodeAt(end))) {
    end++;
  }
  return `${text.slice(0, start)} ${text.slice(end)}`;
}
