import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Memory, type MemoryReader } from '../../src/memory/memory';
import { memoryAddon } from '../../src/memory/native-memory';
import { readPretrainedWeights } from '../../src/memory/pretrained-weights';
import { Random } from '../../src/model/random';
import { ALPHABET_SIZE, encode } from '../../src/python/alphabet';

const SMALL = { bytes: 8 * 2 ** 20 };

const SCRIPT = `import os


class Reader:
    """Reads what "others" wrote."""

    def __init__(self, path, *, encoding='utf-8'):
        self.path = path  # never None
        self.encoding = encoding

    def read(self):
        with open(os.path.join(self.path, 'x'), encoding=self.encoding) as file:
            return [line.strip() for line in file if line]
`;

/** Python-like nonsense. */
function nonsense(seed: number, lines: number): string {
  const random = new Random(seed);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random.next() * from.length)];
  const words = [
    'self',
    'value',
    'os.path',
    'return',
    'for',
    'name',
    'None',
    '"text"',
    "'",
    '"""',
    '#',
    '(',
    ')',
    '\\',
  ];
  const line = () =>
    ' '.repeat(4 * Math.floor(random.next() * 4)) + Array.from({ length: 6 }, () => pick(words)).join(' ');
  return Array.from({ length: lines }, line).join('\n');
}

function remembered(...texts: string[]) {
  return texts.map((text, i) => ({ name: `folder/file${i}.py`, symbols: encode(text) }));
}

function assertDistribution(probabilities: Float32Array): void {
  assert.equal(probabilities.length, ALPHABET_SIZE);
  assert.ok(probabilities.every((p) => p > 0));
  assert.ok(Math.abs(probabilities.reduce((a, b) => a + b, 0) - 1) < 1e-4);
}

/** The predictions of an expert that knows every symbol. */
function certainOf(text: Uint8Array): Float32Array {
  const others = new Float32Array(text.length * ALPHABET_SIZE).fill(0.1 / (ALPHABET_SIZE - 1));
  for (const [i, symbol] of text.entries()) {
    others[i * ALPHABET_SIZE + symbol] = 0.9;
  }
  return others;
}

const total = (bits: Float32Array) => bits.reduce((a, b) => a + b, 0);

async function studied(reader: MemoryReader, text: string): Promise<number> {
  return total(await reader.train(encode(text)));
}

test('a memory of nothing predicts something', async () => {
  const memory = await Memory.build([], SMALL);
  const reader = memory.open('a.py');
  assertDistribution(reader.predict());
  reader.read(new Uint8Array());
  assert.equal((await reader.train(new Uint8Array())).length, 0);
  assertDistribution(reader.predict());
});

test('what was learnt once costs little the second time, wherever it stands', async () => {
  const memory = await Memory.build(remembered(nonsense(1, 200), SCRIPT, nonsense(2, 200)), SMALL);
  const empty = await Memory.build(remembered(nonsense(1, 200), nonsense(2, 200)), SMALL);
  const cost = (from: Memory) => total(from.open('elsewhere.py').costs(encode(SCRIPT)));
  assert.ok(cost(memory) < 0.25 * cost(empty), `${cost(memory)} bits of ${cost(empty)}`);
});

test('a line becomes near-certain as it is repeated', async () => {
  const memory = await Memory.build(remembered(SCRIPT), SMALL);
  const reader = memory.open('b.py');
  const line = '        self.colour = colour_of(self)\n';
  const first = await studied(reader, line);
  for (let i = 0; i < 6; i++) {
    await studied(reader, line);
  }
  const last = await studied(reader, line);
  assert.ok(last < 0.1 * first && last < 8, `${first} bits, then ${last}`);
});

test('the same files in the same order give the same memory, however busy the machine', async () => {
  const files = remembered(SCRIPT, ...Array.from({ length: 8 }, (_, i) => nonsense(60 + i, 80 * (i % 3) + 1)), SCRIPT);
  const predictions = async () => {
    const memory = await Memory.build(files, SMALL);
    const reader = memory.open('folder/new.py');
    await reader.train(encode('import os\n\n\nclass R'));
    return reader.predict();
  };
  const alone = await predictions();
  for (const crowded of await Promise.all([1, 2, 3, 4].map(predictions))) {
    assert.deepEqual(crowded, alone);
  }
});

test('learning files on several threads knows what training on them one after the other does', async () => {
  // So few characters that room for them is no more than an empty memory has. The first file is studied in any case.
  const files = remembered('', nonsense(51, 12), nonsense(52, 12));
  const inTurn = await Memory.build([], SMALL);
  for (const { name, symbols } of files) {
    await inTurn.open(name).train(symbols);
  }
  const names = files.map((file) => file.name);
  const texts = files.map((file) => file.symbols);
  const options = { ...SMALL, updateEvery: 3, pretrainedWeights: inTurn.weights() };
  const atOnce = await memoryAddon().buildMemory(names, texts, options, new Uint8Array(1));
  const text = encode(nonsense(53, 12));
  const [one, other] = [atOnce, inTurn].map((memory) => total(memory.open('folder/new.py').costs(text, null)));
  // Their judgement is not quite the same.
  assert.ok(Math.abs(one! - other!) < 0.01 * other!, `${one} and ${other} bits`);
});

test('weights pretrained on other code help, and can be passed on', async () => {
  const costs = (memory: Memory) => total(memory.open('folder/new.py').costs(encode(SCRIPT)));
  const files = remembered(nonsense(3, 20), 'import os\n');
  const [novice, expert] = [
    await Memory.build(files, { ...SMALL, pretrainedWeights: null }),
    await Memory.build(files, SMALL),
  ];
  assert.ok(costs(expert) < 0.97 * costs(novice), `${costs(expert)} bits, without them ${costs(novice)}`);
  const heir = await Memory.build([], { ...SMALL, pretrainedWeights: expert.weights() });
  assert.deepEqual(heir.weights(), expert.weights());
});

test('beside another expert a memory learns to trust it, and not to mistrust itself where it is alone', async () => {
  const [text, unseen] = [nonsense(9, 200), nonsense(10, 40)].map(encode);
  const costAfter = async (others: Float32Array | null) => {
    const memory = await Memory.build(remembered(nonsense(4, 200)), SMALL);
    await memory.open('f.py').train(text!, others);
    return total(memory.open('g.py').costs(unseen!));
  };
  const [alone, together] = [await costAfter(null), await costAfter(certainOf(text!))];
  assert.ok(together < 1.1 * alone, `${together} bits, ${alone} of one that was always alone`);
});

test('what a memory learnt alone holds beside another expert as well, until it knows better', async () => {
  const memory = await Memory.build(remembered(nonsense(4, 400)), { ...SMALL, pretrainedWeights: null });
  await memory.open('f.py').train(encode(nonsense(9, 400)));
  const heir = await Memory.build(remembered(nonsense(4, 400)), { ...SMALL, pretrainedWeights: memory.weights() });
  const unseen = encode(nonsense(10, 40));
  const clueless = new Float32Array(unseen.length * ALPHABET_SIZE).fill(1 / ALPHABET_SIZE);
  const [alone, beside] = [null, clueless].map((others) => total(heir.open('g.py').costs(unseen, others)));
  assert.ok(beside! < 1.2 * alone!, `${beside} bits, alone ${alone}`);
});

test('pretrained weights that are missing or none are refused in a sentence', async (t) => {
  const none = new Uint8Array(10);
  await assert.rejects(
    async () => Memory.build([], { ...SMALL, pretrainedWeights: none }),
    /These pretrained weights do not fit/,
  );
  const folder = mkdtempSync(join(tmpdir(), 'understudy-weights-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'pretrained_weights.bin.gz');
  assert.throws(
    () => readPretrainedWeights(path),
    /^UserError: The memory's pretrained weights could not be read .*install Understudy/,
  );
  writeFileSync(path, 'no gzip');
  assert.throws(() => readPretrainedWeights(path), /^UserError: /);
});

test('the cost of a symbol is what its predicted probability says', async () => {
  const memory = await Memory.build(remembered(SCRIPT, nonsense(6, 50)), SMALL);
  const reader = memory.open('c.py');
  const text = encode(SCRIPT.slice(0, 200));
  for (const symbol of text) {
    const probabilities = reader.predict();
    assertDistribution(probabilities);
    const [bits] = reader.costs(Uint8Array.of(symbol));
    // Rarer ones are not predicted exactly.
    if (bits! < -Math.log2(1e-4)) {
      assert.ok(Math.abs(-Math.log2(probabilities[symbol]!) - bits!) < 1e-3);
    } else {
      assert.ok(probabilities[symbol]! < 2e-4);
    }
  }
});

test('imagining changes nothing, neither the reader that was forked nor what was learnt', async () => {
  const memory = await Memory.build(remembered(SCRIPT, nonsense(7, 50)), SMALL);
  const reader = memory.open('d.py');
  reader.read(encode('class Reader:\n    def read(self'));
  const before = reader.predict();
  const fork = reader.fork();
  for (let i = 0; i < 20; i++) {
    fork.read(encode(nonsense(i, 3)));
  }
  assert.notDeepEqual(fork.predict(), before);
  assert.deepEqual(reader.predict(), before);
});

test('a fork goes on as the reader itself would', async () => {
  const memory = await Memory.build(remembered(SCRIPT, nonsense(8, 50)), SMALL);
  const reader = memory.open('e.py');
  reader.read(encode('import os\n\n\ncla'));
  const fork = reader.fork();
  for (const text of ['ss Reader:\n', '    def ', '__init__(self, pa', 'th, *, x=[1, 2])']) {
    reader.read(encode(text));
    fork.read(encode(text));
    assert.deepEqual(fork.predict(), reader.predict());
  }
});

test('another expert is heard, and trusted as it proves right', async () => {
  const memory = await Memory.build(remembered(SCRIPT), SMALL);
  const text = encode(nonsense(9, 40));
  const others = certainOf(text);
  const reader = memory.open('f.py');
  const alone = total(reader.fork().costs(text));
  const unproved = total(reader.fork().costs(text, others));
  assert.ok(unproved < 0.8 * alone, `${unproved} bits of ${alone}`);
  await memory.open('f.py').train(text, others);
  const unseen = encode(nonsense(10, 40));
  const known = certainOf(unseen);
  const proved = total(memory.open('g.py').costs(unseen, known));
  assert.ok(proved < 0.5 * total(memory.open('g.py').costs(unseen)));
  assertDistribution(memory.open('g.py').predict(known.subarray(0, ALPHABET_SIZE)));
});

test('wrong input is refused, and does no harm', async () => {
  const memory = await Memory.build(remembered(SCRIPT), SMALL);
  const reader = memory.open('h.py');
  const before = reader.predict();
  assert.throws(() => reader.read(Uint8Array.of(98)), /"symbols" holds 98, which is no symbol/);
  assert.throws(() => reader.predict(new Float32Array(3)), /has 3 elements where 98 are needed/);
  assert.throws(() => reader.predict(new Float32Array(98).fill(Number.NaN)), /probabilities/);
  await assert.rejects(reader.train(encode('ab'), new Float32Array(196)), /probabilities/);
  assert.deepEqual(reader.predict(), before);
  await assert.rejects(async () => Memory.build(remembered(SCRIPT), { bytes: 10 }), /"bytes" has to be/);
});

test('a reader that is training cannot be used for anything else', async () => {
  const memory = await Memory.build(remembered(SCRIPT), SMALL);
  const reader = memory.open('i.py');
  const train = reader.train(encode(nonsense(11, 300)));
  assert.throws(() => reader.predict(), /still training/);
  assert.throws(() => reader.fork(), /still training/);
  // Others go on meanwhile.
  assertDistribution(memory.open('j.py').predict());
  await train;
  assertDistribution(reader.predict());
});

test('the memory keeps to its bytes, and goes on learning when they are full', async () => {
  const files = remembered(...Array.from({ length: 12 }, (_, i) => nonsense(20 + i, 400)));
  for (const bytes of [2 ** 20, 3 * 2 ** 20]) {
    const memory = await Memory.build(files, { bytes });
    assert.ok(memory.bytes <= bytes, `${memory.bytes} of ${bytes}`);
    const reader = memory.open('k.py');
    const first = await studied(reader, SCRIPT);
    assert.ok((await studied(reader, SCRIPT)) < 0.4 * first);
  }
});

test('a small project takes little', async () => {
  const memory = await Memory.build(remembered(SCRIPT));
  assert.ok(memory.bytes < 32 * 2 ** 20, `${memory.bytes}`);
});

test('a build can be cancelled, before and while it runs', async () => {
  const files = remembered(...Array.from({ length: 40 }, (_, i) => nonsense(40 + i, 1000)));
  const reason = new Error('enough');
  await assert.rejects(Memory.build(files, { ...SMALL, signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  const build = Memory.build(files, { ...SMALL, signal: controller.signal });
  setImmediate(() => controller.abort(reason));
  await assert.rejects(build, reason);
  // The work itself ends, not only the waiting for it.
  const { name, symbols } = files[0]!;
  const options = { ...SMALL, updateEvery: 4, pretrainedWeights: null };
  await assert.rejects(memoryAddon().buildMemory([name], [symbols], options, Uint8Array.of(1)), /cancelled/);
});

test('any text at all can be read, learnt and predicted', async () => {
  const random = new Random(12);
  const memory = await Memory.build([], SMALL);
  for (let round = 0; round < 30; round++) {
    const length = Math.floor(random.next() * 2000);
    // Few different symbols make repetitions; all make noise.
    const variety = 1 + Math.floor(random.next() * ALPHABET_SIZE);
    const text = Uint8Array.from({ length }, () => Math.floor(random.next() * variety));
    const reader = memory.open('x/'.repeat(round));
    reader.read(text.subarray(0, 100));
    const bits = await reader.train(text.subarray(100));
    assert.ok(bits.every((b) => b > 0 && Number.isFinite(b)));
    assertDistribution(reader.predict());
  }
});
