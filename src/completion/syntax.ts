import { setImmediate } from 'node:timers/promises';
import { Lexer } from '../text/lexer';
import { Reading, type ReadingMethod } from './reading';

const CHUNK = 8192;

const LEXING: ReadingMethod<Lexer> = {
  chunk: CHUNK,
  open: async () => new Lexer(),
  fork: (lexer) => lexer.fork(),
  async advance(lexer, text) {
    lexer.read(text);
    // A long file takes a while: other work gets its turn.
    if (text.length === CHUNK) await setImmediate();
  },
};

/** Documents whose lexers are kept. */
const DOCUMENTS = 16;

/** Where cursors stand in the code: a lexer reads each document from its start, and after an edit from near the edit. */
export class SyntaxCache {
  /** Least recently used first. */
  readonly #readings = new Map<string, Reading<Lexer>>();

  /** A lexer that has read `before`, the text of document `uri` up to the cursor; for the caller to go on with. */
  async lexerAfter(uri: string, before: string, signal?: AbortSignal): Promise<Lexer> {
    const reading = this.#readings.get(uri) ?? (await Reading.open(LEXING));
    this.#readings.delete(uri);
    this.#readings.set(uri, reading);
    if (this.#readings.size > DOCUMENTS) this.forget(this.#readings.keys().next().value!);
    return (await reading.read(before, signal)).fork();
  }

  forget(uri: string): void {
    this.#readings.delete(uri);
  }
}
