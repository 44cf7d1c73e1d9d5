import { withCancelFlag } from '../addon/cancel-flag';
import { memoryAddon, type NativeMemory, type NativePosition } from './native-memory';
import { shippedWeights } from './pretrained-weights';

/** A file to remember: its name relative to the workspace, with forward slashes, and its symbols. */
export interface MemoryFile {
  readonly name: string;
  readonly symbols: Uint8Array;
}

export interface MemoryOptions {
  /** The most its tables may take; fewer characters take less. */
  readonly bytes?: number;
  /** Weights learnt from other code; null for none (default: those that come with Understudy). */
  readonly pretrainedWeights?: Uint8Array | null;
  /** Give up, rejecting with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_BYTES = 256 * 2 ** 20;

/**
 * Characters that a memory of its usual size is built from at most: its tables hold no more, and it takes half a
 * minute.
 */
export const MOST_REMEMBERED = 20_000_000;

/**
 * Characters, at most about half of all, with which a memory is updated as it will be while somebody types, after
 * successors have been counted in the other files. 600,000 characters of Django instead of 230,000 make predictions 0.1
 * % better.
 */
const UPDATED_ON = 600_000;

/**
 * Context-mixing statistics of a code base, learnt in seconds and while it is being written: an expert beside the
 * network. Native code only; the same files in the same order give the same memory.
 */
export class Memory {
  readonly #native: NativeMemory;
  #updates = 0;

  private constructor(native: NativeMemory) {
    this.#native = native;
  }

  /**
   * Learns the files in order, away from this thread; no files make a memory that knows nothing yet.
   *
   * @throws UserError where the native addon or what comes with it cannot be loaded: then there is no memory on this
   * machine
   */
  static async build(files: readonly MemoryFile[], options: MemoryOptions = {}): Promise<Memory> {
    const { bytes = DEFAULT_BYTES, pretrainedWeights = shippedWeights(), signal } = options;
    const names = files.map((file) => file.name);
    const texts = files.map((file) => file.symbols);
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    const updateEvery = Math.max(2, Math.ceil(characters / UPDATED_ON));
    const native = { bytes, updateEvery, pretrainedWeights };
    return await withCancelFlag(
      signal,
      async (cancelled) => new Memory(await memoryAddon().buildMemory(names, texts, native, cancelled)),
    );
  }

  /** Bytes that its tables take. */
  get bytes(): number {
    return this.#native.bytes;
  }

  /** Weights as they have been learnt so far, to build other memories with. */
  weights(): Uint8Array {
    return this.#native.weights();
  }

  /** Number of updates since it was built: where it is the same, so is every prediction. */
  get updates(): number {
    return this.#updates;
  }

  /** At the start of the file of this name, which need not be one that was learnt. */
  open(name: string): MemoryReader {
    return new MemoryReader(this.#native.open(name), () => this.#updates++);
  }
}

/**
 * Position of a memory in one text. Wherever another expert's predictions are asked for, they are its probabilities of
 * the same symbols, [n, 98], or null for the memory alone.
 */
export class MemoryReader {
  readonly #position: NativePosition;
  readonly #onUpdate: () => void;

  constructor(position: NativePosition, onUpdate: () => void) {
    this.#position = position;
    this.#onUpdate = onUpdate;
  }

  /** Probabilities [98] of the next symbol. Nothing is learnt. */
  predict(other: Float32Array | null = null): Float32Array {
    return this.#position.predict(other);
  }

  /** Reads on without learning: text that was learnt before, or that is only imagined. */
  read(symbols: Uint8Array): void {
    this.#position.read(symbols);
  }

  /** As `read`; gives the bits that each symbol costs, [n]. */
  costs(symbols: Uint8Array, others: Float32Array | null = null): Float32Array {
    return this.#position.costs(symbols, others);
  }

  /**
   * Reads on and learns, what follows and whom to trust, away from this thread; gives the bits that each symbol cost
   * before it was learnt, [n]. For real text, once. Nothing else may be done with this reader until it has ended.
   */
  async train(symbols: Uint8Array, others: Float32Array | null = null): Promise<Float32Array> {
    const bits = await this.#position.train(symbols, others);
    this.#onUpdate();
    return bits;
  }

  /** A second reader at the same place; the two go on independently. What either learns, both know. */
  fork(): MemoryReader {
    return new MemoryReader(this.#position.fork(), this.#onUpdate);
  }
}
