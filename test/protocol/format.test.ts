import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bpc,
  count,
  day,
  duration,
  epochs,
  expectations,
  milliseconds,
  percent,
  speed,
  statusText,
} from '../../src/protocol/format';
import { calibration } from '../panel/events';

const wordings: [string, string][] = [
  [percent(0), '0 %'],
  [percent(0.3499), '34 %'],
  [percent(0.9999), '99 %'],
  [percent(1.2), '100 %'],
  [duration(-1), '0 s'],
  [duration(8.4), '8 s'],
  [duration(43), '45 s'],
  [duration(57), '55 s'],
  [duration(58), '1 min'],
  [duration(119), '2 min'],
  [duration(3599), '1 h'],
  [duration(4830), '1 h 21 min'],
  [speed(8432.7), '8,430'],
  [speed(94.2), '94'],
  [speed(123456), '123,000'],
  [count(98), '98'],
  [count(9_999), '9,999'],
  [count(617_400), '617 k'],
  [count(999_600), '1.00 M'],
  [count(4_137_570), '4.14 M'],
  [epochs(0.0302), '0.03'],
  [epochs(0.4), '0.4'],
  [epochs(1.004), '1'],
  [epochs(5.23), '5.2'],
  [bpc(1.306), '1.31'],
  [milliseconds(8.2), '8 ms'],
  [milliseconds(0.44), '0.4 ms'],
  [day('2026-11-22T12:00:00.000Z'), '22 November 2026'],
];

test('figures are worded in one way', () => {
  for (const [actual, expected] of wordings) {
    assert.equal(actual, expected);
  }
});

test('every status has its words', () => {
  const model = { epoch: 5.23, bpc: 1.306, memory: false };
  assert.equal(statusText({ kind: 'no-model' }), 'no model');
  assert.equal(statusText({ kind: 'training', done: 0.345, secondsLeft: 118, model }), 'training 34 %, 2 min left');
  assert.equal(statusText({ kind: 'training', done: 1, secondsLeft: 0, model }), 'training 100 %, measuring');
  assert.equal(statusText({ kind: 'training', done: 0, secondsLeft: null, model: null }), 'training 0 %');
  assert.equal(statusText({ kind: 'ready', model }), 'ready (epoch 5.2, 1.31 bpc)');
  assert.equal(statusText({ kind: 'ready', model: { epoch: 0.4, bpc: null, memory: false } }), 'ready (epoch 0.4)');
  assert.equal(statusText({ kind: 'paused', done: 0.5, model: null }), 'paused at 50 %');
  assert.equal(statusText({ kind: 'error', message: 'The disk is full.', model: null }), 'error');
});

test('what to expect of suggestions, in a sentence', () => {
  assert.equal(
    expectations(calibration(1).operatingPoints),
    'On files held out of the training, quiet mode saves 38 % of the keystrokes, with 86 % of what it shows right; ' +
      'balanced 50 % with 63 %, eager 53 % with 55 %.',
  );
});
