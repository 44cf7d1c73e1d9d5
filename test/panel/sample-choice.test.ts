import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownEpochs, toggled } from '../../src/panel/samples/sample-choice';

const AVAILABLE = [0.03, 0.1, 0.4, 1, 2];

test('left alone, the first, a middle and the newest sample are shown', () => {
  assert.deepEqual(shownEpochs(null, AVAILABLE), [0.03, 0.4, 2]);
  assert.deepEqual(shownEpochs(null, [0.03, 0.1]), [0.03, 0.1]);
  assert.deepEqual(shownEpochs(null, [0.03]), [0.03]);
  assert.deepEqual(shownEpochs(null, []), []);
});

test('a choice holds while others join, in the order of epochs', () => {
  assert.deepEqual(shownEpochs([1, 0.1], [...AVAILABLE, 3]), [0.1, 1]);
});

test('a choice of another training, all of whose epochs are gone, is forgotten', () => {
  assert.deepEqual(shownEpochs([7], AVAILABLE), [0.03, 0.4, 2]);
});

test('a click adds an epoch or takes it away, but never the last one', () => {
  assert.deepEqual(toggled(null, AVAILABLE, 1), [0.03, 0.4, 2, 1]);
  assert.deepEqual(toggled([0.1, 1], AVAILABLE, 0.1), [1]);
  assert.deepEqual(toggled([1], AVAILABLE, 1), [1]);
});
