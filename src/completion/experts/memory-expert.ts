import type { Memory, MemoryReader } from '../../memory/memory';
import type { Expert, Reader } from './expert';

/** The memory as an expert, with the network's opinion among what it weighs where there is a network. */
export function memoryExpert(memory: Memory, network: Expert | null): Expert {
  return {
    async open(name) {
      return new Mixed(memory, memory.open(name), network && (await network.open(name)));
    },
  };
}

class Mixed implements Reader {
  readonly #memory: Memory;
  readonly #position: MemoryReader;
  readonly #network: Reader | null;
  /** Asked for only where somebody looks, and again after the memory has learnt. */
  #prediction: { readonly probabilities: Float32Array; readonly updates: number } | null = null;

  constructor(memory: Memory, position: MemoryReader, network: Reader | null) {
    this.#memory = memory;
    this.#position = position;
    this.#network = network;
  }

  get probabilities(): Float32Array {
    const { updates } = this.#memory;
    if (this.#prediction?.updates !== updates) {
      this.#prediction = { probabilities: this.#position.predict(this.#network?.probabilities ?? null), updates };
    }
    return this.#prediction.probabilities;
  }

  async advance(symbols: Uint8Array): Promise<void> {
    await this.#network?.advance(symbols);
    this.#position.read(symbols);
    this.#prediction = null;
  }

  fork(): Reader {
    return new Mixed(this.#memory, this.#position.fork(), this.#network?.fork() ?? null);
  }
}
