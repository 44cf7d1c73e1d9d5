import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasSuggestions, INITIAL_STATE, type PanelState, reduce, validationAt } from '../../src/panel/state';
import type { Status } from '../../src/protocol/model-status';
import type { TrainingEvent } from '../../src/protocol/training-events';
import {
  calibration,
  corpus,
  finished,
  NO_SUGGESTIONS,
  progress,
  SUGGESTIONS,
  sample,
  started,
  validation,
} from './events';

const Training: Status = { kind: 'training', done: 0.5, secondsLeft: 60, model: null };

function told(...events: TrainingEvent[]): PanelState {
  return reduce(INITIAL_STATE, { kind: 'history', status: Training, events });
}

test('a history told at once equals one told event by event', () => {
  const samples = [sample(0.5), sample(0.5, 'x', 'def '), sample(0.5, 'y'), sample(0.5, 'z', 'class ')];
  const events = [corpus(), started(0), progress(0.5, 3), validation(0.5, 3.1), ...samples, progress(1, 2)];
  const oneByOne = events.reduce(
    (state: PanelState, event) => reduce(state, { kind: 'event', event }),
    reduce(INITIAL_STATE, { kind: 'status', status: Training }),
  );
  assert.deepEqual(told(...events), oneByOne);
  assert.deepEqual(
    oneByOne.training.map(({ epoch, bpc }) => [epoch, bpc]),
    [
      [0.5, 3],
      [1, 2],
    ],
  );
  assert.deepEqual(
    oneByOne.samples.map(({ text }) => text),
    ['x', 'y', 'z'],
  );
  assert.equal(oneByOne.progress?.epoch, 1);
  assert.equal(oneByOne.reached?.epoch, 1);
});

test('a history replaces everything known before', () => {
  const before = told(started(0), progress(1, 2), sample(1));
  const after = reduce(before, { kind: 'history', status: { kind: 'no-model' }, events: [] });
  assert.deepEqual(after, { ...INITIAL_STATE, status: { kind: 'no-model' } });
});

test('a training from the beginning starts with an empty curve and keeps the corpus just read', () => {
  const state = told(started(0), progress(1, 2), validation(1, 2), sample(1), corpus(), started(0));
  assert.deepEqual([state.training, state.validation, state.samples], [[], [], []]);
  assert.deepEqual([state.progress, state.reached], [null, null]);
  assert.ok(state.corpus);
});

test('a resumed training keeps what lies before the place it goes on from', () => {
  const events = [1, 2, 3].flatMap((epoch) => [
    progress(epoch, 4 - epoch),
    validation(epoch, 4 - epoch),
    sample(epoch),
  ]);
  const state = told(started(0), ...events, started(2));
  for (const points of [state.training, state.validation, state.samples]) {
    assert.deepEqual(
      points.map(({ epoch }) => epoch),
      [1, 2],
    );
  }
  assert.equal(state.progress?.epoch, 3, 'the newest figures stay until there are newer ones');
});

test('a sample told twice is kept once', () => {
  assert.equal(told(started(0), sample(1), sample(1)).samples.length, 1);
});

test('without a model there is nothing to tell', () => {
  const state = reduce(told(started(0), progress(1, 2)), { kind: 'status', status: { kind: 'no-model' } });
  assert.equal(state.started, null);
  assert.deepEqual(state.training, []);
});

test('the validation of a sample is the last one up to its epoch', () => {
  const state = told(started(0), validation(0.1, 3), validation(0.4, 2));
  assert.equal(validationAt(state, 0.05), null);
  assert.equal(validationAt(state, 0.1)?.bpc, 3);
  assert.equal(validationAt(state, 0.39999)?.bpc, 2, 'equal but for rounding');
  assert.equal(validationAt(state, 7)?.bpc, 2);
});

test('how far a training came is known from whatever told it last', () => {
  assert.equal(told(started(0), progress(1, 2), validation(1.2, 2)).reached?.epoch, 1.2);
  assert.equal(told(started(0), progress(1, 2), finished(1.3)).reached?.epoch, 1.3);
  const neverBegun = { ...finished(0), characters: 0 };
  assert.equal(told(started(0), progress(1, 2), finished(1.3), neverBegun).reached?.epoch, 1.3);
});

test('what suggestions have done stays when the model goes', () => {
  const before = reduce(told(started(0)), { kind: 'statistics', statistics: SUGGESTIONS });
  const noModel = { kind: 'status', status: { kind: 'no-model' } } as const;
  assert.equal(hasSuggestions(reduce(before, noModel)), true);
  const retold = reduce(before, { kind: 'history', status: { kind: 'no-model' }, events: [] });
  assert.deepEqual(retold.statistics, SUGGESTIONS);
  const reset = reduce(before, { kind: 'statistics', statistics: NO_SUGGESTIONS });
  assert.equal(hasSuggestions(reset), true);
  assert.equal(hasSuggestions(reduce(reset, noModel)), false, 'there was none, and none can come');
});

test('what to expect of suggestions holds until the network goes on', () => {
  const calibrated = [started(0), progress(1, 2), calibration(1), finished(1)];
  assert.equal(told(...calibrated).operatingPoints?.balanced.saved, 0.506);
  assert.equal(told(...calibrated, started(1)).operatingPoints, null);
});
