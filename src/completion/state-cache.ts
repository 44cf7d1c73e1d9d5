import { boundaryBefore } from './boundary';
import type { Document } from './document';
import { type Expert, type Reader, readingWith } from './experts/expert';
import { Reading } from './reading';

/** Characters before the cursor that are read where nothing has been read yet: enough for a recurrent network. */
const CONTEXT = 2000;
/** A reading that starts in mid-file is used only while it has at least this many characters before the cursor. */
const LEAST_CONTEXT = 1000;
/** Readings kept over all documents; each holds at most some 130 snapshots. */
const READINGS = 16;

interface Entry {
  readonly uri: string;
  readonly reading: Reading<Reader>;
  /** Offset in the document where the reading starts. */
  anchor: number;
  /** Length of the document when the reading was last used. */
  documentLength: number;
}

/** Place of a document in the cache: `reading` starts at its offset `anchor`. */
export interface Anchored {
  readonly reading: Reading<Reader>;
  readonly anchor: number;
}

/**
 * Readings of the documents that were completed last, so that a typed character costs one step and an edit resumes
 * from the nearest snapshot. Least recently used readings are forgotten first.
 */
export class StateCache {
  readonly #expert: Expert;
  /** Least recently used first. */
  #entries: Entry[] = [];

  constructor(expert: Expert) {
    this.#expert = expert;
  }

  /** The reading from which `text.slice(0, offset)` is reached soonest; a new one where that is sooner. */
  async anchor({ uri, name = '', text }: Document, offset: number): Promise<Anchored> {
    const cold = coldAnchor(text, offset);
    const best = this.#best(uri, text, offset);
    if (best && best.cost <= offset - cold) {
      best.entry.anchor = best.anchor;
      return this.#use(best.entry, text);
    }
    const reading = await Reading.open(readingWith(this.#expert, name));
    return this.#use({ uri, reading, anchor: cold, documentLength: 0 }, text);
  }

  forget(uri: string): void {
    this.#entries = this.#entries.filter((entry) => entry.uri !== uri);
  }

  #best(uri: string, text: string, offset: number) {
    return this.#entries
      .filter((entry) => entry.uri === uri)
      .flatMap((entry) => {
        // Where everything that changed lies before the reading, the reading has moved with the document's length.
        const moved = entry.anchor + text.length - entry.documentLength;
        return [...new Set([entry.anchor, moved])].map((anchor) => ({ entry, anchor }));
      })
      .filter(({ anchor }) => anchor === 0 || (anchor > 0 && anchor <= offset - LEAST_CONTEXT))
      .map(({ entry, anchor }) => {
        const before = text.slice(anchor, offset);
        return { entry, anchor, cost: before.length - entry.reading.reach(before) };
      })
      .sort((a, b) => a.cost - b.cost)[0];
  }

  #use(entry: Entry, text: string): Entry {
    entry.documentLength = text.length;
    this.#entries = [...this.#entries.filter((other) => other !== entry), entry].slice(-READINGS);
    return entry;
  }
}

/** Offset at which to start reading a document of which nothing is known: at a line start if there is one. */
function coldAnchor(text: string, offset: number): number {
  if (offset <= CONTEXT) {
    return 0;
  }
  const from = offset - CONTEXT;
  const lineStart = text.indexOf('\n', from) + 1;
  return lineStart > 0 && lineStart <= offset - LEAST_CONTEXT ? lineStart : boundaryBefore(text, from);
}
