import assert from 'node:assert/strict';
import { test } from 'node:test';
import { THRESHOLDS } from '../../src/completion/expected-savings';
import { operatingPointsFrom } from '../../src/simulation/operating-points';

/** Acceptance rises from `lowest` at 0 by as much as the threshold does; so many suggestions at each. */
function curve(lowest: number, shown: number) {
  return [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((threshold) => ({
    threshold,
    saved: 0.6 - threshold / 2,
    shown,
    accepted: Math.min(1, lowest + threshold),
  }));
}

const MANY = 1e9;
const near = (value: number, wanted: number) => Math.abs(value - wanted) < 0.0051;

test('each mode gets the threshold from which on its share is accepted, and is told what that came to', () => {
  const points = operatingPointsFrom(curve(0.25, MANY), true)!;
  assert.ok(near(points.quiet.threshold, 0.61) && near(points.eager.threshold, 0.305), JSON.stringify(points));
  const { saved, accepted } = points.balanced;
  assert.ok(near(saved, 0.6 - 0.1875) && near(accepted, 0.625), JSON.stringify(points));
  assert.equal(points.memory, true);
});

test('the fewer suggestions were seen, the nearer thresholds stay to the usual ones', () => {
  const distance = (shown: number, memory = false) =>
    Math.abs(operatingPointsFrom(curve(0.05, shown), memory)!.balanced.threshold - THRESHOLDS.balanced);
  assert.ok(distance(3) < 0.011 && distance(200) > 0.08 && distance(MANY) > 0.2);
  assert.ok(distance(200, true) < 0.03 && distance(MANY, true) > 0.2, 'with a memory much more is needed');
});

test('what few suggestions came to weighs little against what many did', () => {
  const usual = curve(0.25, 3000);
  const withFewAtTheTop = (right: number) =>
    operatingPointsFrom([...usual.slice(0, -1), { ...usual.at(-1)!, shown: 10, accepted: right / 10 }], false)!;
  for (const right of [10, 6, 0]) {
    const { quiet, balanced } = withFewAtTheTop(right);
    assert.equal(balanced.threshold, operatingPointsFrom(usual, false)!.balanced.threshold);
    assert.ok(Math.abs(quiet.threshold - 0.64) < 0.04, `${right} right: quiet from ${quiet.threshold}`);
  }
});

test('no mode asks for more than a quieter one, however sure of itself the network is', () => {
  const shown = [1400, 1200, 1000, 900, 800, 600, 450, 250, 60];
  const accepted = [0.3, 0.32, 0.34, 0.38, 0.43, 0.48, 0.54, 0.57, 0.61];
  const points = operatingPointsFrom(
    curve(0, 1).map((point, i) => ({ ...point, shown: shown[i]!, accepted: accepted[i]! })),
    false,
  )!;
  assert.ok(points.eager.threshold <= points.balanced.threshold, JSON.stringify(points));
  assert.ok(points.balanced.threshold <= points.quiet.threshold, JSON.stringify(points));
  assert.ok(points.quiet.threshold > 0.8);
});

test('beyond what was tried, the last or first threshold tried stands', () => {
  assert.equal(operatingPointsFrom(curve(-1, MANY), true)!.quiet.threshold, 0.9);
  assert.equal(operatingPointsFrom(curve(0.9, MANY), true)!.quiet.threshold, 0.1);
});

test('thresholds at which nothing was shown tell nothing', () => {
  assert.equal(operatingPointsFrom(curve(0.25, 0), true), null);
  assert.equal(operatingPointsFrom([], true), null);
  const half = curve(0.25, MANY).map((point) => (point.threshold > 0.5 ? { ...point, shown: 0, accepted: 0 } : point));
  assert.equal(operatingPointsFrom(half, true)!.quiet.threshold, 0.5);
});
