import { decode, LINE_FEED } from '../text/alphabet';
import type { Memory } from './memory';

/** Symbols before new lines that are read again to learn them in their place: as far as a memory looks back. */
const CONTEXT = 256;

/** Teaches a memory one document as it changes: each line once, when it is complete. */
export class LearntDocument {
  readonly #memory: Memory;
  readonly #name: string;
  #lines = new Set<string>();
  #turn: Promise<void> = Promise.resolve();

  /** `learnt`: the document's text where the memory was built from it; nothing of that is learnt again. */
  constructor(memory: Memory, name: string, learnt: Uint8Array = new Uint8Array()) {
    this.#memory = memory;
    this.#name = name;
    for (const line of linesOf(learnt)) this.#lines.add(line.key);
  }

  /** The document is now this. Runs of lines that were never in it are learnt; what has gone is not forgotten. */
  update(symbols: Uint8Array): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      for (const { start, end } of this.#newRuns(symbols)) await this.#learn(symbols, start, end);
    });
    return this.#turn;
  }

  #newRuns(symbols: Uint8Array): { start: number; end: number }[] {
    const runs: { start: number; end: number }[] = [];
    for (const { key, start, end } of linesOf(symbols)) {
      if (this.#lines.has(key)) continue;
      const last = runs.at(-1);
      if (last?.end === start) last.end = end;
      else runs.push({ start, end });
    }
    for (const { key } of linesOf(symbols)) this.#lines.add(key);
    return runs;
  }

  async #learn(symbols: Uint8Array, start: number, end: number): Promise<void> {
    const reader = this.#memory.open(this.#name);
    reader.read(symbols.subarray(Math.max(0, start - CONTEXT), start));
    await reader.study(symbols.subarray(start, end));
  }
}

/** The complete lines of a text, each with its line feed; `key` tells lines apart. */
function* linesOf(symbols: Uint8Array): Generator<{ key: string; start: number; end: number }> {
  for (let start = 0; ; ) {
    const end = symbols.indexOf(LINE_FEED, start) + 1;
    if (end === 0) return;
    yield { key: decode(symbols.subarray(start, end)), start, end };
    start = end;
  }
}
