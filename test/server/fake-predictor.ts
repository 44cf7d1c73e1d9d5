import type { HiddenState, Predictor } from '../../src/engine/engine';
import { ALPHABET_SIZE, symbolOf } from '../../src/text/alphabet';

/**
 * A predictor that is sure which character follows which: `chain` says it, each character's first successor counts; after
 * any other character the chain begins.
 */
export function chainPredictor(
  chain: string,
  wait: () => Promise<void> = async () => {},
): Predictor & { steps: number } {
  const unused = async () => {
    throw new Error('not used');
  };
  return {
    steps: 0,
    model: { layers: 1, units: 1 },
    initialState: () => new Float32Array(1),
    async read(_state: HiddenState, symbols: Uint8Array) {
      this.steps += symbols.length;
      await wait();
      return successor(chain, symbols[symbols.length - 1]);
    },
    readEach: unused,
    readBatch: unused,
    score: unused,
    dispose() {},
  };
}

function successor(chain: string, symbol: number): Float32Array {
  const at = Array.from(chain).findIndex((character) => symbolOf(character.charCodeAt(0)) === symbol);
  const next = symbolOf((chain[at + 1] ?? '\n').charCodeAt(0));
  const probabilities = new Float32Array(ALPHABET_SIZE).fill(0.01 / (ALPHABET_SIZE - 1));
  probabilities[next] = 0.99;
  return probabilities;
}
