import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clickedOrder, LARGEST_FIRST, orderedFiles } from '../../src/panel/details/file-order';

const FILES = [
  { name: 'b.py', characters: 900, isHeldOut: false },
  { name: 'a.py', characters: 300, isHeldOut: false },
  { name: 'Tests/c.py', characters: 300, isHeldOut: true },
];

const names = (...given: Parameters<typeof orderedFiles>) => orderedFiles(...given).map(({ name }) => name);

test('files are ordered by any column, equal ones by name', () => {
  assert.deepEqual(names(FILES, '', LARGEST_FIRST), ['b.py', 'Tests/c.py', 'a.py']);
  assert.deepEqual(names(FILES, '', { column: 'characters', isDescending: false }), ['Tests/c.py', 'a.py', 'b.py']);
  assert.deepEqual(names(FILES, '', { column: 'name', isDescending: true }), ['b.py', 'a.py', 'Tests/c.py']);
  assert.deepEqual(names(FILES, '', { column: 'isHeldOut', isDescending: true }), ['Tests/c.py', 'a.py', 'b.py']);
});

test('a part of a path finds files, whatever the letter case', () => {
  assert.deepEqual(names(FILES, ' tests/ ', LARGEST_FIRST), ['Tests/c.py']);
  assert.deepEqual(names(FILES, 'x', LARGEST_FIRST), []);
});

test('a click on a heading sorts by it, a second one the other way round', () => {
  const byName = clickedOrder(LARGEST_FIRST, 'name');
  assert.deepEqual(byName, { column: 'name', isDescending: false });
  assert.deepEqual(clickedOrder(byName, 'name'), { column: 'name', isDescending: true });
  assert.deepEqual(clickedOrder(byName, 'characters'), LARGEST_FIRST);
});
