import type { HiddenState, Predictor } from '../../engine/engine';
import { LINE_FEED_SYMBOL } from '../../python/alphabet';
import type { Expert, Reader } from './expert';

/**
 * The recurrent network as an expert: a text starts after a line feed, as every file does in the joined training text.
 */
export function networkExpert(predictor: Predictor): Expert {
  return {
    async open() {
      const state = predictor.initialState();
      return new NetworkReader(predictor, state, await predictor.read(state, Uint8Array.of(LINE_FEED_SYMBOL)));
    },
  };
}

class NetworkReader implements Reader {
  readonly #predictor: Predictor;
  readonly #state: HiddenState;
  #probabilities: Float32Array;

  constructor(predictor: Predictor, state: HiddenState, probabilities: Float32Array) {
    this.#predictor = predictor;
    this.#state = state;
    this.#probabilities = probabilities;
  }

  get probabilities(): Float32Array {
    return this.#probabilities;
  }

  async advance(symbols: Uint8Array): Promise<void> {
    if (symbols.length > 0) {
      this.#probabilities = await this.#predictor.read(this.#state, symbols);
    }
  }

  fork(): Reader {
    return new NetworkReader(this.#predictor, this.#state.slice(), this.#probabilities);
  }
}
