import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProgressReport } from '../../src/training/progress-report';

const RESULT = { loss: Math.LN2, accuracy: 0.5, gradientNorm: 1 };
const BEGINNING = { step: 0, epoch: 0, characters: 0, seconds: 0 };

/**
 * After `steps` steps of 0.5 s, 1000 characters and a hundredth of an epoch each, and `elsewhere` seconds beside them.
 */
function progress(steps: number, elsewhere = 0) {
  return { step: steps, epoch: steps / 100, characters: steps * 1000, seconds: steps * 0.5 + elsewhere };
}

test('the time left follows the speed of steps, whatever else took time on the way', () => {
  const report = new ProgressReport({ epochs: 1, seconds: null }, 0.01, BEGINNING);
  for (let step = 1; step <= 20; step++) {
    report.add(RESULT, 1000, 0.5);
  }
  const reported = report.report(progress(20, 30), 0.001)?.event ?? assert.fail();
  assert.ok(Math.abs((reported.secondsLeft ?? 0) - 40) < 1e-9, `${reported.secondsLeft}`);
  assert.ok(Math.abs(reported.charactersPerSecond - 2000) < 1e-9);
  assert.deepEqual([reported.done, reported.trainBpc, reported.epoch], [0.2, 1, 0.2]);
});

test('of two limits the nearer one is foretold', () => {
  const report = new ProgressReport({ epochs: 1, seconds: 25 }, 0.01, BEGINNING);
  for (let step = 1; step <= 20; step++) {
    report.add(RESULT, 1000, 0.5);
  }
  assert.equal(
    report.report(progress(20), 0.001)?.event.secondsLeft,
    12.5,
    'a tenth of 25 s is for trying suggestions out',
  );
});

test('nothing is told before the first step, nor more than four times a second', () => {
  const report = new ProgressReport({ epochs: 1, seconds: null }, 0.01, BEGINNING);
  assert.equal(report.report(progress(0, 9), 0.001), null);
  report.add(RESULT, 1000, 0.5);
  assert.ok(report.isDue(0.5) && !report.isDue(0.1));
  assert.ok(report.report(progress(1), 0.001));
  assert.ok(!report.isDue(9), 'no step since');
  assert.equal(report.report(progress(1, 9), 0.001)?.event.trainBpc, 1, 'the end is told even so');
});
