import type { HiddenState, Predictor } from '../engine/engine';
import { decode, LINE_FEED_SYMBOL } from '../python/alphabet';
import type { Memory } from './memory';

/** Symbols before new lines that are read again to learn them in their place: as far as a memory looks back. */
const CONTEXT = 256;

/**
 * Longer runs are learnt without the network's opinion, which takes its time: some tenths of a millisecond a symbol.
 */
const LONGEST_WITH_NETWORK = 4000;

/** Symbols that are learnt before the signal is looked at again: a tenth of a second or so. */
const AT_ONCE = 16_000;

export interface UpdateOptions {
  /** Network beside the memory; how far to trust it is learnt as well. */
  readonly network?: Predictor | null;
  /** Learn no more, rejecting with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Trains the memory on a document's new lines, as they are completed. A line is learnt once for each time it stands in
 * the document.
 */
export class LearntDocument {
  readonly #memory: Memory;
  readonly #name: string;
  /** Number of times that each line was learnt. */
  readonly #learnt = new Map<string, number>();
  #networkReader: NetworkOpinion | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  /** `learnt`: the document's text where the memory was built from it; nothing of that is learnt again. */
  constructor(memory: Memory, name: string, learnt: Uint8Array = new Uint8Array()) {
    this.#memory = memory;
    this.#name = name;
    this.#newRuns(learnt);
  }

  /** The document is now this. Runs of lines that it did not have are learnt; what has gone is not forgotten. */
  update(symbols: Uint8Array, options: UpdateOptions = {}): Promise<void> {
    const update = this.#turn.then(async () => {
      for (const { start, end } of this.#newRuns(symbols)) {
        await this.#learn(symbols, start, end, options);
      }
    });
    this.#turn = update.catch(() => {});
    return update;
  }

  #newRuns(symbols: Uint8Array): { start: number; end: number }[] {
    const runs: { start: number; end: number }[] = [];
    const counts = new Map<string, number>();
    for (const { key, start, end } of linesOf(symbols)) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count <= (this.#learnt.get(key) ?? 0)) {
        continue;
      }
      this.#learnt.set(key, count);
      const last = runs.at(-1);
      if (last?.end === start) {
        last.end = end;
      } else {
        runs.push({ start, end });
      }
    }
    return runs;
  }

  async #learn(symbols: Uint8Array, start: number, end: number, options: UpdateOptions): Promise<void> {
    const { network = null, signal } = options;
    const reader = this.#memory.open(this.#name);
    reader.read(symbols.subarray(Math.max(0, start - CONTEXT), start));
    if (this.#networkReader?.network !== network) {
      this.#networkReader = network && new NetworkOpinion(network);
    }
    const isShort = end - start <= LONGEST_WITH_NETWORK;
    const predictions = this.#networkReader && isShort ? await this.#networkReader.about(symbols, start, end) : null;
    for (let from = start; from < end; from += AT_ONCE) {
      signal?.throwIfAborted();
      await reader.train(symbols.subarray(from, Math.min(from + AT_ONCE, end)), predictions);
    }
  }
}

/** Predictions of the network for the symbols of a text; going on where it stopped costs no reading again. */
class NetworkOpinion {
  readonly network: Predictor;
  /** `state` has read a line feed and `text` but for its last symbol. */
  #at: { readonly text: Uint8Array; readonly state: HiddenState } | null = null;

  constructor(network: Predictor) {
    this.network = network;
  }

  /** Its probabilities of the symbols from `start` to before `end`, [end − start, 98]. */
  async about(symbols: Uint8Array, start: number, end: number): Promise<Float32Array> {
    const before = symbols.subarray(0, start);
    const isContinued = this.#at !== null && Buffer.compare(this.#at.text, before) === 0;
    const state = isContinued ? this.#at!.state : await this.#stateBefore(before);
    const inputs = Uint8Array.of(before.at(-1) ?? LINE_FEED_SYMBOL, ...symbols.subarray(start, end - 1));
    const probabilities = await this.network.readEach(state, inputs);
    this.#at = { text: symbols.slice(0, end), state };
    return probabilities;
  }

  async #stateBefore(before: Uint8Array): Promise<HiddenState> {
    const state = this.network.initialState();
    const context = before.subarray(Math.max(0, before.length - CONTEXT), -1);
    if (before.length > 0) {
      await this.network.read(state, Uint8Array.of(LINE_FEED_SYMBOL, ...context));
    }
    return state;
  }
}

/** The complete lines of a text, each with its line feed; `key` tells lines apart. */
function* linesOf(symbols: Uint8Array): Generator<{ key: string; start: number; end: number }> {
  for (let start = 0; ; ) {
    const end = symbols.indexOf(LINE_FEED_SYMBOL, start) + 1;
    if (end === 0) {
      return;
    }
    yield { key: decode(symbols.subarray(start, end)), start, end };
    start = end;
  }
}
