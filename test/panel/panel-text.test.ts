import assert from 'node:assert/strict';
import { test } from 'node:test';
import { facts } from '../../src/panel/details/details-text';
import { figures, headerText } from '../../src/panel/header/header-text';
import { INITIAL_STATE, reduce } from '../../src/panel/state';
import { suggestionExpectations } from '../../src/panel/suggestions/suggestions-text';
import type { Status } from '../../src/protocol/model-status';
import type { TrainingEvent } from '../../src/protocol/training-events';
import { calibration, corpus, progress, started, validation } from './events';

const MODEL = { epoch: 5.2, bpc: 1.306, memory: false };
const TRAINING: Status = { kind: 'training', done: 0.345, secondsLeft: 118, model: MODEL };

function told(status: Status, ...events: TrainingEvent[]) {
  return reduce(INITIAL_STATE, { kind: 'history', status, events });
}

function labels(status: Status, ...events: TrainingEvent[]): string[] {
  return headerText(told(status, ...events)).buttons.map(({ label }) => label);
}

test('every state offers what can be done in it', () => {
  assert.deepEqual(labels({ kind: 'no-model' }), ['Train on Workspace']);
  assert.deepEqual(labels(TRAINING), ['Stop Training']);
  assert.deepEqual(labels({ kind: 'paused', done: 0.5, model: null }), ['Resume Training', 'Train Anew']);
  assert.deepEqual(labels({ kind: 'ready', model: MODEL }), ['Train Anew']);
  assert.deepEqual(labels({ kind: 'elsewhere', model: MODEL }), [], 'nothing can be done to another window’s training');
});

test('after an error one can resume what had begun, and begin what had not', () => {
  const error: Status = { kind: 'error', message: 'The disk is full.', model: null };
  assert.deepEqual(labels(error), ['Train on Workspace']);
  assert.deepEqual(labels(error, started(0), progress(1, 2)), ['Resume Training', 'Train Anew']);
  assert.deepEqual(labels(error, started(0), progress(3, 2)), ['Train on Workspace'], 'nothing is left to resume');
  assert.equal(headerText(told(error)).explanation, 'The disk is full.');
  assert.equal(headerText(told(error)).isError, true);
});

test('a share done is shown while a training is under way or paused', () => {
  assert.equal(headerText(told(TRAINING)).done, 0.345);
  assert.equal(headerText(told({ kind: 'paused', done: 0.5, model: null })).done, 0.5);
  assert.equal(headerText(told({ kind: 'ready', model: MODEL })).done, null);
});

test('it says where suggestions come from', () => {
  assert.equal(headerText(told({ kind: 'ready', model: MODEL })).explanation, 'Suggestions come from epoch 5.2.');
  assert.equal(headerText(told({ ...TRAINING, model: null }, started(0))).explanation, 'No suggestions yet.');
  const measuring = headerText(told({ ...TRAINING, done: 1 }, started(0)));
  assert.equal(measuring.explanation, 'Measuring what was learnt … Suggestions come from epoch 5.2.');
  assert.match(headerText(told(TRAINING)).explanation, /^Reading the Python files/, 'before the first minibatch');
});

test('the figures are the newest ones, in words', () => {
  const state = told(TRAINING, started(0), validation(0.4, 2.5), progress(1, 1.234), validation(1, 1.306));
  assert.deepEqual(
    figures(state).map(({ label, value }) => `${value} ${label}`),
    ['1.31 validation bpc', '1.00 epochs', '18,400 characters/s', '2 min left'],
  );
});

test('figures that are not known yet are a dash', () => {
  assert.deepEqual(
    figures(told({ ...TRAINING, secondsLeft: null })).map(({ value }) => value),
    ['–', '–', '–', '–'],
  );
});

test('without held-out files the training bpc stands in for validation', () => {
  assert.deepEqual(figures(told(TRAINING, started(0), progress(1, 1.234)))[0], {
    id: 'bpc',
    label: 'training bpc',
    value: '1.23',
  });
});

test('after the training the time it took is shown', () => {
  const state = told({ kind: 'ready', model: MODEL }, started(0), progress(3, 1.2));
  assert.deepEqual(figures(state)[3], { id: 'time', label: 'of training', value: '13 min' });
});

test('the details name network, machine, recipe and corpus', () => {
  assert.deepEqual(
    facts(told(TRAINING, corpus(), started(0))).map(({ value }) => value),
    [
      'GRU 3 × 512, 4.14 M parameters',
      'CPU, 2 threads · fp32, AVX2 · native engine',
      'fast, minibatches of 64 × 64',
      '617 files, 4.60 M characters; 69 for validation',
    ],
  );
});

test('what to expect of suggestions is said while the same experts make them, and where enough were seen', () => {
  const expectationsIn = (memory: boolean, event = calibration(1)) =>
    suggestionExpectations(told({ kind: 'ready', model: { ...MODEL, memory } }, started(0), event));
  assert.match(expectationsIn(true), /^On files held out of the training, quiet mode saves 38 %/);
  assert.equal(expectationsIn(false), '');
  const { operatingPoints } = calibration(1);
  const few = { ...operatingPoints, quiet: { ...operatingPoints.quiet, shown: 99 } };
  assert.equal(expectationsIn(true, { ...calibration(1), operatingPoints: few }), '');
  assert.equal(suggestionExpectations(told({ kind: 'no-model' })), '');
});
