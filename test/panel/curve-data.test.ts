import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columns, valueAt } from '../../src/panel/curve/curve-data';
import { INITIAL_STATE, reduce } from '../../src/panel/state';
import { progress, started, validation } from './events';

const state = reduce(INITIAL_STATE, {
  kind: 'history',
  status: { kind: 'no-model' },
  events: [started(0), validation(0, 6.6), progress(0.1, 4), progress(0.2, 3), validation(0.2, 3.1), progress(0.3, 2)],
});

test('both curves share one axis of rising epochs', () => {
  assert.deepEqual(columns(state, false), [
    [0, 0.1, 0.2, 0.2, 0.3],
    [null, 4, 3, null, 2],
    [6.6, null, null, 3.1, null],
  ]);
});

test('a logarithmic axis leaves out epoch 0', () => {
  assert.equal(columns(state, true)[0][0], 0.1);
});

test('the value at a place is the last one up to it', () => {
  assert.equal(valueAt([null, 4, 3, null, 2], 3), 3);
  assert.equal(valueAt([null, 4, 3, null, 2], 9), 2);
  assert.equal(valueAt([null, 4], 0), null);
  assert.equal(valueAt([], 0), null);
});
