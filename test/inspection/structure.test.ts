import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HiddenState, Predictor } from '../../src/engine/engine';
import { StructureProbe } from '../../src/inspection/structure';
import { ALPHABET_SIZE, characterOf, encode, symbolOf } from '../../src/python/alphabet';
import { chainPredictor } from '../server/fake-predictor';

/** Symbols that the state of the predictor below remembers. */
const REMEMBERED = 300;

/**
 * A predictor that knows `text` by heart and is sure how what it has read goes on; `next` may change its mind. Where
 * the text does not have what it has read, it expects a line feed.
 */
function memorised(text: string, next: (right: string, read: string) => string = (right) => right): Predictor {
  const source = `\n${text}`;
  return {
    ...chainPredictor(''),
    initialState: () => new Float32Array(REMEMBERED),
    async readBatch(states: readonly HiddenState[], symbols: Uint8Array) {
      const probabilities = new Float32Array(states.length * ALPHABET_SIZE);
      for (const [row, state] of states.entries()) {
        state.copyWithin(0, 1);
        state[REMEMBERED - 1] = symbols[row]! + 1;
        const read = Array.from(
          state.filter((symbol) => symbol > 0),
          (symbol) => characterOf(symbol - 1),
        ).join('');
        const at = source.indexOf(read);
        const right = (at < 0 ? undefined : source[at + read.length]) ?? '\n';
        probabilities[row * ALPHABET_SIZE + symbolOf(next(right, read).charCodeAt(0))] = 1;
      }
      return probabilities;
    },
  };
}

const TEXT = `def f(a):
    # not ) a line of code
    return g([a], b')')

x = f(1)
`;
const KNOWN = ['f', 'a', 'g'];
const EVERYTHING = { characters: 1e6, signal: new AbortController().signal };

async function measured(predictor: Predictor, isKnown = (name: string) => KNOWN.includes(name)) {
  return await new StructureProbe([encode(TEXT)], isKnown).measure(predictor, EVERYTHING);
}

test('closers are counted by depth, names by who knows them, and lines of code by their indentation', async () => {
  assert.deepEqual(await measured(memorised(TEXT)), {
    closers: [
      { right: 3, total: 3 },
      { right: 1, total: 1 },
    ],
    // Of f, a, g, a, x, f every third in three: f, a, a, x.
    names: { right: 3, total: 4 },
    indents: { right: 3, total: 3 },
  });
});

test('a closer counts as wrong where another character is likelier', async () => {
  const { closers } = (await measured(memorised(TEXT, (right) => (right === ']' ? ')' : right))))!;
  assert.deepEqual(closers, [
    { right: 3, total: 3 },
    { right: 0, total: 1 },
  ]);
});

test('an indentation is right with all its white space and without more', async () => {
  const indents = async (next: (right: string, read: string) => string) =>
    (await measured(memorised(TEXT, next)))!.indents.right;
  assert.equal(await indents((right, read) => (read.endsWith('code\n  ') ? 'x' : right)), 2, 'too little');
  assert.equal(await indents((right, read) => (read.endsWith('code\n    ') ? ' ' : right)), 2, 'too much');
  assert.equal(await indents((right, read) => (read.endsWith('code\n    ') ? 'y' : right)), 3, 'another character');
});

test('where the network writes no name or a keyword there is none, and one without end is made up', async () => {
  const names = async (written: string) =>
    (await measured(
      memorised(TEXT, (_, read) => written[written.indexOf(read.at(-1)!) + 1] ?? written[0]!),
      () => true,
    ))!.names;
  assert.deepEqual(await names(' '), { right: 0, total: 0 });
  assert.deepEqual(await names('if '), { right: 0, total: 0 });
  assert.deepEqual(await names('q '), { right: 4, total: 4 });
  assert.deepEqual(await names('q'), { right: 0, total: 4 });
});

test('a short time is spent on fewer rows, spread over the files, and what comes before a row is not counted', async () => {
  const line = 'value = compute(other)\n';
  const text = line.repeat(2000);
  const probe = new StructureProbe([encode(text), encode(text)], () => true);
  const measure = async (characters: number) =>
    (await probe.measure(chainedLines(line), { ...EVERYTHING, characters }))!.closers[0]!.total;
  const all = await measure(1e6);
  // 32 rows of 192 characters, of which the first counts all 256, and a closer in every line of 23.
  assert.ok(Math.abs(all - (31 * 192 + 256) / line.length) < 32, `${all}`);
  const one = await measure(1);
  assert.ok(one >= 8 && one <= 12, `${one}`);
});

/** Expects what follows in a line, of which every character but the last letters stands once. */
function chainedLines(line: string): Predictor {
  return memorised(line.repeat(20));
}

test('nothing held out has no structure, and a stop throws its reason', async () => {
  assert.equal(await new StructureProbe([], () => true).measure(memorised(''), EVERYTHING), null);
  const signal = AbortSignal.abort(new Error('enough'));
  const probe = new StructureProbe([encode(TEXT)], () => true);
  await assert.rejects(probe.measure(memorised(TEXT), { ...EVERYTHING, signal }), /enough/);
});
