import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from '../../src/panel/compare/differences';

function words(left: string, right: string): [string[], string[]] {
  const [a, b] = differences(left, right);
  return [a.map(({ start, end }) => left.slice(start, end)), b.map(({ start, end }) => right.slice(start, end))];
}

test('equal texts differ nowhere', () => {
  assert.deepEqual(words('def f(x):\n', 'def f(x):\n'), [[], []]);
});

test('words and signs that only one text has differ', () => {
  assert.deepEqual(words('def get(self):', 'def get_all(self, name):'), [['get'], ['get_all', ',', 'name']]);
});

test('white space alone is no difference', () => {
  assert.deepEqual(words('a  b', 'a\n    b'), [[], []]);
});

test('what goes beyond the bound counts as different, and takes no time', () => {
  const long = 'a '.repeat(100_000);
  const [left, right] = differences(long, long);
  assert.equal(left.at(-1)?.end, right.at(-1)?.end);
  assert.equal(left[0]?.start, 1500);
});
