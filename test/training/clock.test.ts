import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrainingClock } from '../../src/training/clock';

/** A clock that is set by hand, and a training's that looks at it. */
function clock(seconds = 0) {
  const time = { now: 100 };
  const training = new TrainingClock(() => time.now, seconds);
  const step = (duration: number) =>
    training.step(async () => {
      time.now += duration;
    });
  return { time, training, step };
}

test('steps and what lies between them are counted as they are, after those of earlier sessions', async () => {
  const { time, training, step } = clock(40);
  assert.equal((await step(30)).seconds, 30);
  time.now += 3;
  assert.equal(training.seconds(), 73);
  assert.equal((await step(0.5)).seconds, 0.5);
  assert.equal(training.seconds(), 73.5);
});

test('a step in which hours were spent standing still counts as the usual one', async () => {
  const { training, step } = clock();
  for (let i = 0; i < 20; i++) {
    await step(0.1);
  }
  assert.ok(Math.abs((await step(3 * 3600)).seconds - 0.1) < 1e-9);
  await step(0.1);
  assert.ok(Math.abs(training.seconds() - 2.2) < 1e-9, `${training.seconds()}`);
});

test('hours between steps add no more than a slow checkpoint takes', async () => {
  const { time, training, step } = clock();
  for (let i = 0; i < 20; i++) {
    await step(0.1);
  }
  time.now += 3 * 3600;
  assert.ok(Math.abs(training.seconds() - (2 + 6)) < 1e-9);
  time.now += 4;
  assert.ok(Math.abs(training.seconds() - 12) < 1e-9, 'what may be one is counted');
});

test('slow steps count, though the first ones were quick, and a first one that compiles for long', async () => {
  const { training, step } = clock();
  await step(45);
  for (let i = 0; i < 50; i++) {
    await step(0.01);
  }
  for (let i = 0; i < 50; i++) {
    await step(4);
  }
  assert.ok(Math.abs(training.seconds() - 245.5) < 1e-9, `${training.seconds()}`);
});

test('a clock that runs backwards takes nothing away', async () => {
  const { time, training, step } = clock();
  await step(1);
  time.now -= 1000;
  assert.equal(training.seconds(), 1);
  await step(1);
  assert.equal(training.seconds(), 2);
});
