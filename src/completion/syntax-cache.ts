import { setImmediate } from 'node:timers/promises';
import { Syntax } from './code-aware/syntax';
import { Reading, type ReadingMethod } from './reading';

const CHUNK = 8192;

const LEXING: ReadingMethod<Syntax> = {
  chunk: CHUNK,
  open: async () => new Syntax(),
  fork: (syntax) => syntax.fork(),
  async advance(syntax, text) {
    syntax.read(text);
    // A long file takes a while: other work gets its turn.
    if (text.length === CHUNK) {
      await setImmediate();
    }
  },
};

/** Documents whose syntax is kept. */
const DOCUMENTS = 16;

/**
 * Syntactic states of documents at their cursors: each document is read from its start, and after an edit from near the
 * edit.
 */
export class SyntaxCache {
  /** Least recently used first. */
  readonly #readings = new Map<string, Reading<Syntax>>();

  /** The syntax after `before`, the text of document `uri` up to the cursor; for the caller to look at or fork. */
  async after(uri: string, before: string, signal?: AbortSignal): Promise<Syntax> {
    const reading = this.#readings.get(uri) ?? (await Reading.open(LEXING));
    this.#readings.delete(uri);
    this.#readings.set(uri, reading);
    if (this.#readings.size > DOCUMENTS) {
      this.forget(this.#readings.keys().next().value!);
    }
    return await reading.read(before, signal);
  }

  forget(uri: string): void {
    this.#readings.delete(uri);
  }
}
