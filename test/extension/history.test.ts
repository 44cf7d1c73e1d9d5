import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_HISTORY, type TrainingHistory, thinned, withEvent, withStatus } from '../../src/extension/history';
import type { TrainingEvent } from '../../src/protocol/training-events';
import { corpus, progress, sample, started } from '../panel/events';

function after(...events: TrainingEvent[]): TrainingHistory {
  return events.reduce(withEvent, EMPTY_HISTORY);
}

test('events are kept in order', () => {
  const events = [corpus(), started(0), progress(0.1, 4), sample(0.1), progress(0.2, 3)];
  assert.deepEqual(after(...events).events, events);
});

test('a training from the beginning drops the one before it, but not the corpus just read', () => {
  const history = after(corpus({ files: 1 }), started(0), progress(1, 2), corpus({ files: 2 }), started(0));
  assert.deepEqual(history.events, [corpus({ files: 2 }), started(0)]);
});

test('a resumed training goes on from what was told', () => {
  const history = after(corpus(), started(0), progress(1, 2), corpus(), started(1));
  assert.equal(history.events.length, 5);
});

test('without a model there is nothing to tell', () => {
  const history = after(started(0), progress(1, 2));
  assert.deepEqual(withStatus(history, { kind: 'no-model' }).events, []);
  const paused = withStatus(history, { kind: 'paused', done: 0.3, model: null });
  assert.equal(paused.events.length, 2);
  assert.equal(paused.status.kind, 'paused');
});

test('a training that is much too long is thinned as often as it takes', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => progress(i / 100, 2));
  const kept = thinned(many);
  assert.ok(kept.length <= 2000, String(kept.length));
  assert.deepEqual(kept.at(-1), many.at(-1));
});

test('a long training keeps its samples, its newest progress and the mean of the rest', () => {
  const many = Array.from({ length: 2001 }, (_, i) => progress(i / 100, i % 2));
  const events = thinned([started(0), ...many.slice(0, 1000), sample(10), ...many.slice(1000)]);
  const kept = events.filter((event) => event.kind === 'progress');
  assert.equal(kept.length, 1001);
  assert.deepEqual(kept.at(-1), many.at(-1));
  assert.ok(kept.slice(0, -1).every(({ trainBpc }) => trainBpc === 0.5));
  assert.deepEqual(
    events.filter((event) => event.kind !== 'progress'),
    [started(0), sample(10)],
  );
  assert.deepEqual(
    kept.map(({ epoch }) => epoch),
    kept.map(({ epoch }) => epoch).toSorted((a, b) => a - b),
  );
});

test('a history never grows without bound', () => {
  let history = after(started(0));
  for (let i = 0; i < 5000; i++) {
    history = withEvent(history, progress(i / 1000, 2));
  }
  assert.ok(history.events.length <= 2002, `${history.events.length} events`);
});
