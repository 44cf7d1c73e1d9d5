import type { HiddenState, Predictor } from '../../src/engine/engine';
import { ALPHABET_SIZE, LINE_FEED_SYMBOL, symbolOf } from '../../src/python/alphabet';
import { gru } from '../models';

/**
 * A predictor that is sure which character follows which: `chain` says it, each character's first successor counts;
 * after any other character the chain begins.
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
    model: gru(1, 1),
    initialState: () => new Float32Array(1),
    async read(_state: HiddenState, symbols: Uint8Array) {
      this.steps += symbols.length;
      await wait();
      return successor(chain, symbols[symbols.length - 1]!);
    },
    readEach: unused,
    readStates: unused,
    readBatch: unused,
    score: unused,
    lookBack: unused,
    dispose() {},
  };
}

function successor(chain: string, symbol: number): Float32Array {
  const at = Array.from(chain).findIndex((character) => symbolOf(character.charCodeAt(0)) === symbol);
  const next = symbolOf((chain[at + 1] ?? '\n').charCodeAt(0));
  // Not so sure that the line ends: one line is completed at a time.
  const sure = next === LINE_FEED_SYMBOL ? 0.05 : 0.99;
  const probabilities = new Float32Array(ALPHABET_SIZE).fill((1 - sure) / (ALPHABET_SIZE - 1));
  probabilities[next] = sure;
  return probabilities;
}
