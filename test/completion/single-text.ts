import type { Expert, Reader } from '../../src/completion/experts/expert';
import { ALPHABET_SIZE, encode } from '../../src/python/alphabet';

/** Sure of everything but where lines end, so that one line is completed at a time. */
export function surePerLine(text: string, confidence: (offset: number) => number = () => 0.999) {
  return singleText(text, (offset) => (text[offset] === '\n' ? 0.02 : confidence(offset)));
}

/**
 * An expert that knows one text by heart and always expects its next character, whatever it has read: with
 * `confidence(offset)` for the character at that offset of the text, the rest spread evenly.
 */
export function singleText(text: string, confidence: (offset: number) => number = () => 0.999) {
  const symbols = encode(text);
  /** Symbols read by all readers. */
  const work = { symbols: 0 };
  class SingleTextReader implements Reader {
    #position: number;

    constructor(position = 0) {
      this.#position = position;
    }

    get probabilities(): Float32Array {
      const sure = confidence(this.#position);
      const probabilities = new Float32Array(ALPHABET_SIZE).fill((1 - sure) / (ALPHABET_SIZE - 1));
      probabilities[symbols[this.#position] ?? 0] = sure;
      return probabilities;
    }

    async advance(read: Uint8Array): Promise<void> {
      this.#position += read.length;
      work.symbols += read.length;
    }

    fork(): Reader {
      return new SingleTextReader(this.#position);
    }
  }
  const expert: Expert = { open: async () => new SingleTextReader() };
  return { expert, work };
}
