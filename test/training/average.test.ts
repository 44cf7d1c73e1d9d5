import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moveTowards } from '../../src/engine/average';
import type { Trainer } from '../../src/engine/engine';
import { AveragedModel } from '../../src/training/average';

/** A trainer whose only parameter is set by the test. */
function trainerAt(parameter: { value: number }): Trainer {
  const parameters = () => Float32Array.of(parameter.value);
  return {
    step: () => assert.fail('no step is taken'),
    state: () => assert.fail('its state is not asked for'),
    parameters,
    average: (average, weight) => moveTowards(average, parameters(), weight),
    dispose: () => {},
  };
}

/** The model after every step, where the parameter is `path(step)` after step `step`. */
function modelsAlong(path: (step: number) => number, share: number, steps: number): number[] {
  const parameter = { value: Number.NaN };
  const averaged = new AveragedModel(trainerAt(parameter), share, Float32Array.of(path(0)));
  return Array.from({ length: steps }, (_, i) => {
    parameter.value = path(i + 1);
    averaged.include(i + 1);
    return averaged.parameters()[0]!;
  });
}

test('at first the model is the parameters themselves', () => {
  assert.deepEqual(
    modelsAlong((step) => step, 0.2, 40).slice(0, 39),
    Array.from({ length: 39 }, (_, i) => i + 1),
  );
});

test('later it is their mean, which noise hardly moves', () => {
  const models = modelsAlong((step) => 5 + (((step * 7919) % 13) - 6), 0.2, 4000);
  for (const model of models.slice(2000)) {
    assert.ok(Math.abs(model - 5) < 0.6, `${model}`);
  }
});

test('over about the share of the steps so far, however many these are', () => {
  // Of weights that rise with the power 1 / share − 1 of the step, the mean step is 1 / (1 + share) of the last one.
  for (const share of [0.1, 0.2, 0.5]) {
    for (const steps of [1000, 10_000]) {
      const model = modelsAlong((step) => step, share, steps).at(-1) as number;
      assert.ok(Math.abs(model / steps - 1 / (1 + share)) < 0.01, `share ${share}, ${steps} steps: ${model}`);
    }
  }
});

test('it goes on from an average as if it had not stopped', () => {
  const path = (step: number) => Math.sin(step);
  const whole = modelsAlong(path, 0.2, 300);
  const parameter = { value: 0 };
  const resumed = new AveragedModel(trainerAt(parameter), 0.2, Float32Array.of(whole[200 - 1]!));
  for (let step = 201; step <= 300; step++) {
    parameter.value = path(step);
    resumed.include(step);
  }
  assert.equal(resumed.parameters()[0], whole[300 - 1]);
});

test('with a share of 0 it is always the last parameters', () => {
  assert.deepEqual(
    modelsAlong((step) => step, 0, 50),
    Array.from({ length: 50 }, (_, i) => i + 1),
  );
});
