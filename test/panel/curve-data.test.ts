import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columns, valueAt, valuesAt } from '../../src/panel/curve/curve-data';
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
    [0.7, null, null, 0.7, null],
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

test('curves of other runs share the axis, and the newest values are those of the run itself', () => {
  const curve = [
    { epoch: 0, bpc: 6 },
    { epoch: 0.25, bpc: 3.5 },
    { epoch: 8, bpc: 1.2 },
  ];
  const all = columns(state, false, [{ id: 'other', name: 'other', curve }]);
  assert.deepEqual(all[0], [0, 0, 0.1, 0.2, 0.2, 0.25, 0.3, 8]);
  assert.deepEqual(all[4], [null, 6, null, null, null, 3.5, null, 1.2]);
  const own = { epoch: '0.30', training: '2.00', validation: '3.10', accuracy: '70 %' };
  assert.deepEqual(valuesAt(all, null), { ...own, others: ['3.50'] });
  assert.deepEqual(valuesAt(all, 7).others, ['1.20']);
});
