import { isIdentifierPart } from '../../python/characters';
import { wordsOf } from '../../python/identifiers';
import { type Names, Vocabulary } from './vocabulary';

/**
 * The words of an open document, kept up with its edits: only what changed is read again. Words of comments and strings
 * count as well, since who wrote them may be about to write them in code.
 */
export class DocumentNames implements Names {
  #text = '';
  /** Count of each word in the text. */
  readonly #counts = new Map<string, number>();
  #vocabulary = Vocabulary.of([]);

  has(word: string): boolean {
    return this.#vocabulary.has(word);
  }

  hasPrefix(prefix: string): boolean {
    return this.#vocabulary.hasPrefix(prefix);
  }

  update(text: string): void {
    const { start, oldEnd, newEnd } = changedWords(this.#text, text);
    const removed = new Set<string>();
    const added = new Set<string>();
    for (const word of wordsOf(this.#text.slice(start, oldEnd))) {
      if (this.#count(word, -1) === 0) {
        removed.add(word);
      }
    }
    // A copy, because the words would keep the whole text in memory.
    for (const word of wordsOf(structuredClone(text.slice(start, newEnd)))) {
      if (this.#count(word, 1) === 1 && !removed.delete(word)) {
        added.add(word);
      }
    }
    if (added.size + removed.size > 0) {
      this.#vocabulary = this.#vocabulary.changed(added, removed);
    }
    this.#text = text;
  }

  #count(word: string, change: number): number {
    const count = (this.#counts.get(word) ?? 0) + change;
    if (count === 0) {
      this.#counts.delete(word);
    } else {
      this.#counts.set(word, count);
    }
    return count;
  }
}

/** Difference of two texts, extended to the ends of the words there. */
function changedWords(old: string, now: string): { start: number; oldEnd: number; newEnd: number } {
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old.charCodeAt(start) === now.charCodeAt(start)) {
    start++;
  }
  while (start > 0 && isIdentifierPart(now.charCodeAt(start - 1))) {
    start--;
  }
  const most = shorter - start;
  let end = 0;
  while (end < most && old.charCodeAt(old.length - 1 - end) === now.charCodeAt(now.length - 1 - end)) {
    end++;
  }
  while (end > 0 && isIdentifierPart(now.charCodeAt(now.length - end))) {
    end--;
  }
  return { start, oldEnd: old.length - end, newEnd: now.length - end };
}
