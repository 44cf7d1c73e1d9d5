import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Expert, type Reader, readingWith } from '../../src/completion/experts/expert';
import { networkExpert } from '../../src/completion/experts/network-expert';
import { Reading } from '../../src/completion/reading';
import { StateCache } from '../../src/completion/state-cache';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine';
import { initialise } from '../../src/model/initialise';
import { Random } from '../../src/model/random';
import { encode } from '../../src/python/alphabet';
import { gru } from '../models';
import { singleText } from './single-text';
import { Typist } from './typing';

const MODEL = gru(2, 4);

const network = async () => networkExpert(await createReferenceEngine().createPredictor(MODEL, initialise(MODEL, 1)));

/** Its probabilities are a fingerprint of all it has read: unlike a network it never forgets, nor rounds. */
const witness: Expert = { open: async () => witnessReader(0, 0) };

function witnessReader(count: number, hash: number): Reader {
  return {
    get probabilities() {
      return Float32Array.of(count, hash);
    },
    async advance(symbols) {
      for (const symbol of symbols) {
        hash = (hash * 131 + symbol + 1) % 16_777_213;
      }
      count += symbols.length;
    },
    fork: () => witnessReader(count, hash),
  };
}

async function fromScratch(expert: Expert, text: string): Promise<Float32Array> {
  const reader = await expert.open('');
  await reader.advance(encode(text));
  return reader.probabilities;
}

async function incrementally(cache: StateCache, uri: string, text: string, offset: number, signal?: AbortSignal) {
  const { reading, anchor } = await cache.anchor({ uri, text }, offset);
  const { probabilities } = await reading.read(text.slice(anchor, offset), signal);
  return { anchor, probabilities, reading };
}

function assertClose(actual: Float32Array, expected: Float32Array, tolerance: number, what: string): void {
  assert.equal(actual.length, expected.length);
  const worst = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
  assert.ok(worst <= tolerance, `${what}: off by ${worst}`);
}

/**
 * Random edits in two documents; after most of them the state is compared, now and then with imagined text after it.
 */
async function fuzz(expert: Expert, edits: number, tolerance: number): Promise<void> {
  const random = new Random(7);
  const cache = new StateCache(expert);
  const typists = ['file:///a.py', 'file:///b.py'].map((uri) => ({ uri, typist: new Typist(random) }));
  for (let edit = 0; edit < edits; edit++) {
    const { uri, typist } = typists[random.next() < 0.8 ? 0 : 1]!;
    typist.act();
    if (random.next() < 0.3) {
      continue;
    }
    const { text, cursor } = typist;
    const { anchor, probabilities, reading } = await incrementally(cache, uri, text, cursor);
    const read = text.slice(anchor, cursor);
    assertClose(probabilities, await fromScratch(expert, read), tolerance, `edit ${edit}`);
    assert.ok(anchor === 0 || read.length >= 1000, `edit ${edit} reads enough context`);
    let imagined = read;
    for (const character of ['a', '\n', 'b'].slice(Math.floor(random.next() * 7))) {
      const reader = await reading.imagine(imagined.length, character);
      imagined += character;
      assertClose(reader.probabilities, await fromScratch(expert, imagined), tolerance, `imagined, edit ${edit}`);
    }
  }
}

test('after any edits exactly the text before the cursor has been read', () => fuzz(witness, 10_000, 0));

test('after any edits the network stands where it stands when it reads the text from scratch', async () =>
  fuzz(await network(), 30, 1e-6));

/** Symbols read to answer at the end of `text`. */
async function cost(cache: StateCache, work: { symbols: number }, text: string, offset = text.length): Promise<number> {
  const before = work.symbols;
  const { reading, anchor } = await cache.anchor({ uri: 'file:///a.py', text }, offset);
  await reading.read(text.slice(anchor, offset));
  return work.symbols - before;
}

const LINE = 'value = compute(value)  # again\n';

test('a typed character costs one step, a deleted one none', async () => {
  const { expert, work } = singleText('');
  const cache = new StateCache(expert);
  const text = LINE.repeat(40);
  await cost(cache, work, text);
  assert.equal(await cost(cache, work, `${text}s`), 1);
  assert.equal(await cost(cache, work, `${text}se`), 1);
  assert.equal(await cost(cache, work, `${text}s`), 0);
});

test('an edit further back resumes from the nearest snapshot', async () => {
  const { expert, work } = singleText('');
  const cache = new StateCache(expert);
  const text = LINE.repeat(60);
  await cost(cache, work, text);
  const edited = `${text.slice(0, -400)}#${text.slice(-400)}`;
  assert.ok((await cost(cache, work, edited)) <= 401 + 400 / 8);
});

test('a cold answer in a long file reads a bounded context that starts at a line', async () => {
  const { expert, work } = singleText('');
  const cache = new StateCache(expert);
  const text = LINE.repeat(1000);
  assert.ok((await cost(cache, work, text)) <= 2001);
  const { anchor } = await cache.anchor({ uri: 'file:///a.py', text }, text.length);
  assert.equal(text[anchor - 1], '\n');
});

test('a reading moves along when something is typed above it', async () => {
  const { expert, work } = singleText('');
  const cache = new StateCache(expert);
  const text = LINE.repeat(1000);
  await cost(cache, work, text);
  assert.equal(await cost(cache, work, `import os\n${text}`), 0);
});

test('what was imagined costs nothing when it is typed', async () => {
  const { expert, work } = singleText('');
  const cache = new StateCache(expert);
  await cost(cache, work, LINE);
  const { reading } = await cache.anchor({ uri: 'file:///a.py', text: LINE }, LINE.length);
  await reading.imagine(LINE.length, 'a');
  await reading.imagine(LINE.length + 1, 'b');
  assert.equal(await cost(cache, work, `${LINE}ab`), 0);
});

test('going back and forth between two places of a long file reads each once', async () => {
  const { expert, work } = singleText('');
  const cache = new StateCache(expert);
  const text = LINE.repeat(1000);
  await cost(cache, work, text);
  await cost(cache, work, text, 3200);
  assert.equal(await cost(cache, work, text), 0);
  assert.equal(await cost(cache, work, text, 3200), 0);
});

test('old documents are forgotten when there are many', async () => {
  const { expert, work } = singleText('');
  const cache = new StateCache(expert);
  await cost(cache, work, LINE);
  for (let i = 0; i < 100; i++) {
    const { reading } = await cache.anchor({ uri: `file:///${i}.py`, text: LINE }, LINE.length);
    await reading.read(LINE);
  }
  assert.equal(await cost(cache, work, LINE), LINE.length);
});

test('however far a text is read and wherever the cursor has been, few snapshots are kept', async () => {
  const { expert } = singleText('');
  const reading = await Reading.open(readingWith(expert, ''));
  const text = LINE.repeat(2000);
  for (let end = 0; end < text.length; end += 500) {
    await reading.read(text.slice(0, end));
  }
  for (let end = text.length; end > 0; end -= 777) {
    await reading.read(text.slice(0, end));
  }
  assert.ok(reading.snapshots < 500, `${reading.snapshots} snapshots`);
});

test('a cancelled reading keeps what it has read', async () => {
  const { expert, work } = singleText('');
  const text = LINE.repeat(50);
  const controller = new AbortController();
  const cancelling: Expert = { open: async (name) => cancelAfter(await expert.open(name)) };
  function cancelAfter(reader: Reader): Reader {
    return {
      get probabilities() {
        return reader.probabilities;
      },
      async advance(symbols) {
        await reader.advance(symbols);
        if (work.symbols > 1000) {
          controller.abort();
        }
      },
      fork: () => cancelAfter(reader.fork()),
    };
  }
  const cache = new StateCache(cancelling);
  await assert.rejects(incrementally(cache, 'file:///a.py', text, text.length, controller.signal), {
    name: 'AbortError',
  });
  assert.ok((await cost(cache, work, text)) < text.length - 900);
});
