import { encode } from '../../python/alphabet';
import type { ReadingMethod } from '../reading';

/**
 * Predictor of the next symbol of a text: the network, a memory of the code base, or a mix of experts. Everything after
 * it (continuations, selection, filters) knows only this interface.
 */
export interface Expert {
  /** A reader at the start of a file of this name (`Document.name`), or where reading begins in its middle. */
  open(name: string): Promise<Reader>;
}

/** Position in one text, after the symbols that have been read. */
export interface Reader {
  /** Probabilities [98] of the next symbol; a new array after every `advance`. */
  readonly probabilities: Float32Array;
  /** Reads on. One call at a time; neither `fork` nor `probabilities` may be used before it has ended. */
  advance(symbols: Uint8Array): Promise<void>;
  /** A second reader at the same place; the two go on independently. */
  fork(): Reader;
}

/** Reading method of an expert for a file of this name. */
export function readingWith(expert: Expert, name: string): ReadingMethod<Reader> {
  return {
    // Some milliseconds' work.
    chunk: 32,
    open: () => expert.open(name),
    fork: (reader) => reader.fork(),
    advance: (reader, text) => reader.advance(encode(text)),
  };
}
