/** Names that somebody may write without making them up. */
export interface Names {
  has(word: string): boolean;
  /** Whether some name begins like this, or is this. */
  hasPrefix(prefix: string): boolean;
}

/** Set of all names, for places where nothing is known and so nothing can be called made up. */
export const ANY_NAME: Names = { has: () => true, hasPrefix: () => true };

export function union(...parts: readonly Names[]): Names {
  return {
    has: (word) => parts.some((part) => part.has(word)),
    hasPrefix: (prefix) => parts.some((part) => part.hasPrefix(prefix)),
  };
}

/** A set of names that never changes: sorted, so that a question takes a binary search. */
export class Vocabulary implements Names {
  /** Distinct, in the order of their UTF-16 code units. */
  readonly #words: readonly string[];

  private constructor(words: readonly string[]) {
    this.#words = words;
  }

  static of(words: Iterable<string>): Vocabulary {
    return new Vocabulary([...new Set(words)].sort());
  }

  /** @param words distinct, in the order of their UTF-16 code units */
  static ofSorted(words: readonly string[]): Vocabulary {
    return new Vocabulary(words);
  }

  get size(): number {
    return this.#words.length;
  }

  has(word: string): boolean {
    return this.#words[this.#firstFrom(word)] === word;
  }

  hasPrefix(prefix: string): boolean {
    return this.#words[this.#firstFrom(prefix)]?.startsWith(prefix) ?? false;
  }

  /** This one with `added`, which it lacks, and without `removed`. One pass over all words. */
  changed(added: Iterable<string>, removed: ReadonlySet<string>): Vocabulary {
    const coming = [...added].sort();
    const words: string[] = [];
    let next = 0;
    for (const word of this.#words) {
      while (next < coming.length && coming[next]! < word) {
        words.push(coming[next++]!);
      }
      if (!removed.has(word)) {
        words.push(word);
      }
    }
    return new Vocabulary(words.concat(coming.slice(next)));
  }

  /** Index of the first word that is not before `word`. */
  #firstFrom(word: string): number {
    let low = 0;
    let high = this.#words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#words[middle]! < word) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
