import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Completer } from '../../src/completion/completer';
import type { Expert, Reader } from '../../src/completion/experts/expert';
import { Random } from '../../src/model/random';
import { ALPHABET_SIZE } from '../../src/python/alphabet';
import { Typist } from './typing';

/**
 * What it expects depends on the last three symbols alone, so that it is the same from wherever a text is read: two
 * ways to go on.
 */
class ShortSighted implements Reader {
  #last: number[];

  constructor(last = [0, 0, 0]) {
    this.#last = last;
  }

  get probabilities(): Float32Array {
    const [a, b, c] = this.#last;
    const probabilities = new Float32Array(ALPHABET_SIZE).fill(0.001);
    probabilities[(a! * 31 + b! * 17 + c! * 7) % ALPHABET_SIZE]! += 0.6;
    probabilities[(a! * 13 + b! * 5 + c! * 3 + 1) % ALPHABET_SIZE]! += 0.3;
    return probabilities;
  }

  async advance(symbols: Uint8Array): Promise<void> {
    this.#last = [...this.#last, ...symbols.slice(-3)].slice(-3);
  }

  fork(): Reader {
    return new ShortSighted(this.#last);
  }
}

const expert: Expert = { open: async () => new ShortSighted() };

const URI = 'file:///a.py';
const OPTIONS = { suggestions: 'eager' } as const;

test('after any edits something is shown that may stand there, or a reason why nothing is', async () => {
  const typist = new Typist(new Random(23));
  const completer = new Completer(expert);
  let shown = 0;
  for (let edit = 0; edit < 10_000; edit++) {
    typist.act();
    const explanation = await completer.complete({ uri: URI, text: typist.text }, typist.cursor, OPTIONS);
    const { text, candidate, probability, droppedBy } = explanation;
    assert.deepEqual([explanation.shown, droppedBy === null], [text !== '', text !== ''], `edit ${edit}`);
    assert.ok(candidate.startsWith(text) && probability >= 0 && probability <= 1, `edit ${edit}`);
    shown += Number(explanation.shown);
  }
  assert.ok(shown > 100, `${shown} suggestions`);
});

test('after any edits the decision is that of a completer which sees the text for the first time', async () => {
  const typist = new Typist(new Random(24));
  const completer = new Completer(expert);
  for (let edit = 0; edit < 10_000; edit++) {
    typist.act();
    if (edit % 10 > 0) {
      continue;
    }
    const document = { uri: URI, text: typist.text };
    const { cursor } = typist;
    const decision = await completer.explain(document, cursor, OPTIONS);
    assert.deepEqual(decision, await new Completer(expert).explain(document, cursor, OPTIONS), `edit ${edit}`);
  }
});
