import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '../../src/python/alphabet';
import { excerptsOf } from '../../src/simulation/excerpts';

const file = (name: string, text: string) => ({ path: `/${name}`, name, symbols: encode(text) });

test('stretches are spread evenly over the files and begin at lines', () => {
  const text = 'x = compute(y)\n'.repeat(1000);
  const excerpts = excerptsOf([file('a.py', text), file('b.py', text)], 6000);
  assert.deepEqual(
    excerpts.map(({ name, from, to }) => ({ name, from, length: to - from })),
    [
      { name: 'a.py', from: 0, length: 1500 },
      { name: 'a.py', from: 7500, length: 1500 },
      { name: 'b.py', from: 0, length: 1500 },
      { name: 'b.py', from: 7500, length: 1500 },
    ],
  );
  for (const excerpt of excerptsOf([file('a.py', text)], 4500)) {
    assert.ok(excerpt.from === 0 || text[excerpt.from - 1] === '\n');
    assert.equal(excerpt.text, text);
  }
});

test('a stretch ends with its file', () => {
  const { from, to } = excerptsOf([file('a.py', 'short\n')], 10_000)[0]!;
  assert.deepEqual([from, to], [0, 6]);
  assert.deepEqual(excerptsOf([file('a.py', 'short\n')], 0), []);
});
