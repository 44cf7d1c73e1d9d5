import assert from 'node:assert/strict';

/** Asserts that two arrays differ nowhere by more than `tolerance`, absolutely. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  let worst = 0;
  for (let i = 1; i < actual.length; i++) {
    if (!(distance(actual, expected, i) <= distance(actual, expected, worst))) {
      worst = i;
    }
  }
  assert.ok(
    actual.length === 0 || distance(actual, expected, worst) <= tolerance,
    `${what}: element ${worst} is ${actual[worst]}, expected ${expected[worst]} ± ${tolerance}`,
  );
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>, i: number): number {
  return Math.abs(a[i]! - b[i]!);
}
