import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { INITIAL_STATE, reduce } from '../../src/panel/state';
import {
  BOUNDS,
  generationParams,
  INITIAL_OPTIONS,
  keptEpochs,
  withinBounds,
} from '../../src/panel/try/generation-options';
import { GenerateText } from '../../src/protocol/messages';
import { sample, started } from './events';

test('what is typed becomes a number within the bounds, or nothing changes', () => {
  const length = (typed: string) => withinBounds(typed, BOUNDS.length, 400);
  assert.deepEqual(['20', '0', '1e9', '2.6', '', 'many', 'NaN'].map(length), [20, 1, 5000, 3, 400, 400, 400]);
  assert.equal(withinBounds('0.25', BOUNDS.temperature, 1), 0.25);
});

test('the server takes what the form can give', () => {
  for (const bound of ['min', 'max'] as const) {
    for (const method of ['top', 'temperature'] as const) {
      const numbers = Object.fromEntries(Object.entries(BOUNDS).map(([name, bounds]) => [name, bounds[bound]]));
      const params = generationParams({ ...INITIAL_OPTIONS, ...numbers, method });
      assert.deepEqual(v.parse(GenerateText.params, params), params);
    }
  }
});

test('of a prompt that is too long the end counts', () => {
  const { prompt } = generationParams({ ...INITIAL_OPTIONS, prompt: `${'x'.repeat(50_000)}def f` });
  assert.equal(prompt.length, 20_000);
  assert.ok(prompt.endsWith('xdef f'));
});

test('epochs can be chosen whose weights are on the disk', () => {
  const events = [started(0), sample(0.1), sample(0.1, 'x', 'def '), sample(0.4), sample(1)];
  const checkpoint = { kind: 'checkpoint', epoch: 0.4, path: '' } as const;
  const state = reduce(INITIAL_STATE, {
    kind: 'history',
    status: { kind: 'no-model' },
    events: [...events, checkpoint],
  });
  assert.deepEqual(keptEpochs(state), [0.1, 0.4]);
});
