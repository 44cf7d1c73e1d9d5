import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CorpusFile } from '../../src/corpus/corpus';
import { trainingFilesOf } from '../../src/corpus/training-files';

const file = (name: string, characters: number): CorpusFile => ({
  path: `/project/${name}`,
  name,
  symbols: new Uint8Array(characters),
});

test('files of a training are listed by size, held-out ones among them, and those beyond the bound as a sum', () => {
  const corpus = {
    train: [file('c.py', 300), file('a.py', 200), file('e.py', 250), file('b.py', 900)],
    validation: [file('d.py', 300)],
  };
  const largest = [
    { name: 'b.py', characters: 900, isHeldOut: false },
    { name: 'c.py', characters: 300, isHeldOut: false },
    { name: 'd.py', characters: 300, isHeldOut: true },
  ];
  assert.deepEqual(trainingFilesOf(corpus, 3), { listed: largest, unlisted: { files: 2, characters: 450 } });
  assert.deepEqual(trainingFilesOf(corpus).unlisted, { files: 0, characters: 0 });
});
