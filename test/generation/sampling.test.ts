import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SamplingMethod, sampleSymbol } from '../../src/generation/sampling';
import { Random } from '../../src/model/random';

const probabilities = Float32Array.of(0.1, 0, 0.5, 0.15, 0.25);

/** How often each symbol comes up in many draws, as shares. */
function shares(how: SamplingMethod, p = probabilities): number[] {
  const random = new Random(1);
  const draws = 20_000;
  const counts = new Array(p.length).fill(0);
  for (let i = 0; i < draws; i++) {
    counts[sampleSymbol(p, random, how)]++;
  }
  return counts.map((count) => count / draws);
}

function assertShares(actual: number[], weights: number[]): void {
  const total = weights.reduce((a, b) => a + b);
  for (const [i, weight] of weights.entries()) {
    if (weight === 0) {
      assert.equal(actual[i], 0);
    }
    assert.ok(Math.abs(actual[i]! - weight / total) < 0.015, `${actual} against ${weights}`);
  }
}

test('temperature 1 draws by the probabilities', () => {
  assertShares(shares({ temperature: 1 }), [...probabilities]);
});

test('a low temperature favours the probable, a high one evens out', () => {
  assertShares(
    shares({ temperature: 0.5 }),
    [...probabilities].map((p) => p ** 2),
  );
  assertShares(
    shares({ temperature: 2 }),
    [...probabilities].map((p) => p ** 0.5),
  );
});

test('temperatures near and at zero always take the most probable', () => {
  for (const temperature of [0, 1e-6, 1e-3]) {
    assertShares(shares({ temperature }), [0, 0, 1, 0, 0]);
  }
});

test('top N draws among the N most probable, by their probabilities', () => {
  assertShares(shares({ top: 2 }), [0, 0, 0.5, 0, 0.25]);
  assertShares(shares({ top: 3 }), [0, 0, 0.5, 0.15, 0.25]);
  assertShares(shares({ top: 1 }), [0, 0, 1, 0, 0]);
  assertShares(shares({ top: 1000 }), [...probabilities]);
});

test('probabilities need not add up to 1', () => {
  assertShares(shares({ temperature: 1 }, Float32Array.of(2, 6)), [2, 6]);
});

test('the same random state draws the same symbols', () => {
  assert.deepEqual(shares({ top: 3 }), shares({ top: 3 }));
});
