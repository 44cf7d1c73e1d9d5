import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Vocabulary } from '../../src/completion/code-aware/vocabulary';
import type { Corpus, CorpusFile } from '../../src/corpus/corpus';
import { Memory, type MemoryFile } from '../../src/memory/memory';
import { readCheckpoint } from '../../src/model/checkpoint';
import { encode } from '../../src/python/alphabet';
import { calibrate } from '../../src/simulation/calibrate';
import { writeChain } from '../server/synthetic-checkpoint';
import { temporaryFolder } from '../training/project';

const NEVER = new AbortController().signal;
const OPTIONS = { memory: false, engine: 'reference', threads: 1, seconds: 60, signal: NEVER } as const;

/** A network that writes "print(x)" in every line. */
async function chain(t: TestContext) {
  return await readCheckpoint(await writeChain(temporaryFolder(t), 'print(x)'));
}

function file(name: string, text: string): CorpusFile {
  return { path: `/${name}`, name, symbols: encode(text) };
}

function corpusOf(train: CorpusFile[], validation: CorpusFile[]): Corpus {
  return { train, validation, skipped: [], sampledFrom: null, fingerprint: '' };
}

/** The line between other ones: suggestions do not repeat a line at once. */
function between(line: string): string {
  return Array.from('abcdefghij', (name) => `${name} = 1\n${line}`).join('');
}

const LEARNT = file('learnt.py', 'print(x)\n');
const HELD_OUT = file('held_out.py', between('print(x)\n'));

test('what the network shows on held-out files gives its operating points', async (t) => {
  const points = await calibrate(await chain(t), corpusOf([LEARNT], [HELD_OUT]), OPTIONS);
  assert.ok(points);
  assert.equal(points.memory, false);
  const { accepted, saved, shown } = points.balanced;
  assert.ok(accepted > 0.9 && saved > 0.3 && shown >= 10, JSON.stringify(points));
});

test('with a memory the two are tried out together, and the memory knows what was learnt', async (t) => {
  const sentence = 'return self.number_of(others)\n';
  const files = [file('learnt.py', sentence.repeat(50))];
  const corpus = corpusOf(files, [file('held_out.py', between(sentence))]);
  const options = { ...OPTIONS, memory: true };
  const points = await calibrate(await chain(t), corpus, options);
  assert.ok(points?.memory && points.balanced.saved > 0.5, JSON.stringify(points));
  const alone = await calibrate(await chain(t), corpus, OPTIONS);
  assert.ok((alone?.balanced.saved ?? 0) < points.balanced.saved);
});

test('without held-out files, or without time, there are none', async (t) => {
  const checkpoint = await chain(t);
  assert.equal(await calibrate(checkpoint, corpusOf([LEARNT], []), OPTIONS), null);
  assert.equal(await calibrate(checkpoint, corpusOf([LEARNT], [HELD_OUT]), { ...OPTIONS, seconds: 0 }), null);
});

test('it ends with the signal’s reason', async (t) => {
  const signal = AbortSignal.abort(new Error('stopped'));
  for (const memory of [false, true]) {
    await assert.rejects(
      calibrate(await chain(t), corpusOf([LEARNT], [HELD_OUT]), { ...OPTIONS, memory, signal }),
      signal.reason,
    );
  }
});

test('with little time the memory and the names are of as many files as can be learnt in half of it', async (t) => {
  const files = Array.from({ length: 40 }, (_, number) => file(`${number}.py`, `x${number} = 1\n`.repeat(1000)));
  // However busy the machine is, this one is there at once.
  const empty = await Memory.build([]);
  const build = t.mock.method(Memory, 'build', async (_: readonly MemoryFile[]) => empty);
  const names = t.mock.method(Vocabulary, 'of');
  await calibrate(await chain(t), corpusOf(files, [HELD_OUT]), { ...OPTIONS, memory: true, seconds: 0.4 });
  const [known] = build.mock.calls[0]!.arguments;
  const characters = known.reduce((sum, { symbols }) => sum + symbols.length, 0);
  assert.ok(characters > 50_000 && characters <= 100_000, `${characters} characters in a fifth of a second`);
  assert.equal([...names.mock.calls[0]!.arguments[0]].length, known.length, 'one name a file');
});
