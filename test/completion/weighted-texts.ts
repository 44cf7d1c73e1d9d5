import type { Expert, Reader } from '../../src/completion/experts/expert';
import { ALPHABET_SIZE, decode, encode } from '../../src/python/alphabet';

/**
 * An expert that knows some texts, each as probable as its weight says, and expects what follows in those that begin
 * with what it has read; a little of everything else.
 */
export function weightedTexts(weights: Readonly<Record<string, number>>): {
  expert: Expert;
  work: { symbols: number };
} {
  /** Symbols read by all readers. */
  const work = { symbols: 0 };
  class WeightedText implements Reader {
    #read: string;

    constructor(read = '') {
      this.#read = read;
    }

    get probabilities(): Float32Array {
      const probabilities = new Float32Array(ALPHABET_SIZE).fill(1e-5);
      const known = Object.entries(weights).filter(([text]) => text.startsWith(this.#read));
      const total = known.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [text, weight] of known) {
        const [next = 0] = encode(text.slice(this.#read.length, this.#read.length + 1));
        probabilities[next]! += (0.999 * weight) / total;
      }
      return probabilities;
    }

    async advance(symbols: Uint8Array): Promise<void> {
      this.#read += decode(symbols);
      work.symbols += symbols.length;
    }

    fork(): Reader {
      return new WeightedText(this.#read);
    }
  }
  return { expert: { open: async () => new WeightedText() }, work };
}
