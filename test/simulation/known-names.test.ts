import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '../../src/python/alphabet';
import { knownNamesOf } from '../../src/simulation/known-names';

const files = Array.from({ length: 20 }, (_, number) => ({
  path: `/${number}.py`,
  name: `${number}.py`,
  symbols: encode(`name_${number} = other.part\n`.repeat(10_000)),
}));

test('the names of all files are known, and other work has its turn while they are read', async () => {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) {
      setImmediate(count);
    }
  };
  setImmediate(count);
  const names = await knownNamesOf(files);
  isOver = true;
  assert.equal(names.size, 22);
  assert.ok(names.has('name_19') && names.has('part'));
  assert.ok(turns > 2, `${turns} turns`);
});

test('a stop is heard before all files are read', async () => {
  const stop = new AbortController();
  const reading = knownNamesOf(files, stop.signal);
  stop.abort(new Error('stopped'));
  await assert.rejects(reading, { message: 'stopped' });
});
