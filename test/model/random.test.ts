import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../src/model/random';

const take = (random: Random, n: number) => Array.from({ length: n }, () => random.next());

test('a seed gives the same numbers everywhere', () => {
  // Computed by a separate implementation of sfc32 in Python.
  const expected = [0.4684900748426659, 0.39758921723365603, 0.47181193818790734];
  assert.deepEqual(take(new Random(1), 3), expected);
});

test('different seeds, also large and negative ones, give different numbers', () => {
  const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  assert.equal(new Set(seeds.map((seed) => new Random(seed).next())).size, seeds.length);
});

test('numbers are spread evenly over [0, 1)', () => {
  const counts = new Array(10).fill(0);
  for (const x of take(new Random(7), 10_000)) {
    counts[Math.floor(x * 10)]++;
  }
  for (const count of counts) {
    assert.ok(Math.abs(count - 1000) < 150, `${counts}`);
  }
});
