import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DocumentNames } from '../../../src/completion/code-aware/document-names';
import { KnownNames } from '../../../src/completion/code-aware/known-names';
import { pythonVocabulary } from '../../../src/completion/code-aware/python-vocabulary';
import { Vocabulary } from '../../../src/completion/code-aware/vocabulary';
import { Random } from '../../../src/model/random';
import { wordsOf } from '../../../src/python/identifiers';
import { Typist } from '../typing';

/** Short words over few letters, so that many share a beginning. */
function someWords(random: Random, count: number): string[] {
  const word = () =>
    Array.from({ length: 1 + Math.floor(random.next() * 4) }, () => 'aB_'[Math.floor(random.next() * 3)]);
  return Array.from({ length: count }, () => word().join(''));
}

test('a vocabulary answers as a set of words does, before and after changes', () => {
  const random = new Random(1);
  const words = new Set(someWords(random, 30));
  let vocabulary = Vocabulary.of(words);
  for (let round = 0; round < 200; round++) {
    for (const word of someWords(random, 20)) {
      assert.equal(vocabulary.has(word), words.has(word), word);
      const begins = [...words].some((other) => other.startsWith(word));
      assert.equal(vocabulary.hasPrefix(word), begins, word);
    }
    const removed = new Set([...words].filter(() => random.next() < 0.1));
    const added = new Set(someWords(random, 3).filter((word) => !words.has(word)));
    for (const word of removed) {
      words.delete(word);
    }
    for (const word of added) {
      words.add(word);
    }
    vocabulary = vocabulary.changed(added, removed);
    assert.equal(vocabulary.size, words.size);
  }
});

test('after any edits the names of a document are those of its text', () => {
  const random = new Random(2);
  const typist = new Typist(random);
  const names = new DocumentNames();
  for (let edit = 0; edit < 1500; edit++) {
    typist.act();
    names.update(typist.text);
    if (edit % 10 > 0) {
      continue;
    }
    const words = new Set(wordsOf(typist.text));
    for (const word of [...words, 'self', 'return', 'x', 'returnself']) {
      assert.equal(names.has(word), words.has(word), `edit ${edit}: ${word}`);
      assert.equal(
        names.hasPrefix(word.slice(0, 4)),
        [...words].some((other) => other.startsWith(word.slice(0, 4))),
      );
    }
  }
});

test('known are the names of Python, the workspace and the documents in work', () => {
  const known = new KnownNames(Vocabulary.of(['bookshop']));
  const text = '# about shelves\nshelf = 1\nshe';
  const names = known.at('a', text, text.length);
  for (const word of ['import', 'len', 'pathlib', 'capture_output', '__init__', 'bookshop', 'shelf', 'shelves']) {
    assert.ok(names.has(word), word);
  }
  assert.ok(!names.has('she'), 'what is being typed is no name yet');
  assert.ok(!names.has('bookshops'));
  assert.ok(known.at('b', '', 0).has('shelf'), 'of the other document');
  for (let i = 0; i < 16; i++) {
    known.at(`${i}`, '', 0);
  }
  assert.ok(!known.at('b', '', 0).has('shelf'), 'of a document long since left');
});

test('without the names of the workspace every name is known', () => {
  assert.ok(new KnownNames().at('a', '', 0).has('frobnicate'));
});

test("Python's own names are in the vocabulary once", () => {
  const size = pythonVocabulary().size;
  assert.ok(size > 10_000, `${size}`);
  assert.equal(pythonVocabulary(), pythonVocabulary());
});
