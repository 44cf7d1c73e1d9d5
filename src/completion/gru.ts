import type { HiddenState, Predictor } from '../engine/engine';
import { ALPHABET_SIZE } from '../text/alphabet';
import type { Expert, Reader } from './expert';

/** The recurrent network as an expert. */
export function gruExpert(predictor: Predictor): Expert {
  const uniform = new Float32Array(ALPHABET_SIZE).fill(1 / ALPHABET_SIZE);
  return { open: () => new GruReader(predictor, predictor.initialState(), uniform) };
}

class GruReader implements Reader {
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
    if (symbols.length > 0) this.#probabilities = await this.#predictor.read(this.#state, symbols);
  }

  fork(): Reader {
    return new GruReader(this.#predictor, this.#state.slice(), this.#probabilities);
  }
}
