import assert from 'node:assert/strict';
import test from 'node:test';
import { identifiersOf, wordsOf } from '../../src/python/identifiers';

test('the identifiers of a text are the names in its code and the names that are strings', () => {
  const text = `
import os.path as p  # not this comment
class Kind(Base):
    """Nor these words."""
    fields = ['first', "pack.module", 'two words', '', r'raw']
    def run(self, *args, key=0x1F):\r
        return f"{inner!r:>{width}} text" + rb'' if 1 else None
last`;
  const expected =
    'import os path as p class Kind Base fields first pack module raw def run self args key return inner r width if else ' +
    'None last';
  assert.deepEqual([...identifiersOf(text)].sort(), [...new Set(expected.split(' '))].sort());
});

test('the words of a text are all that could be a name, wherever they stand', () => {
  assert.deepEqual(wordsOf('a_1 = "b c" # d\u00e9.e\n'), ['a_1', 'b', 'c', 'd\u00e9', 'e']);
});
