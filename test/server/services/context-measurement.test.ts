import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { measureContext } from '../../../src/inspection/context';
import { ContextMeasurement, type ContextMeasurementSetup } from '../../../src/server/services/context-measurement';
import { DEFAULTS } from '../../../src/server/services/settings';
import { Run } from '../../../src/training/run';
import { readerOf } from '../reader';
import { predictorOf, trainedRun } from './trained-run';

const NEVER = new AbortController().signal;

/** A small run, what measures its networks, and the parameters of a request for its first one. */
async function measuredRun(t: TestContext, changes: Partial<ContextMeasurementSetup> = {}) {
  const { folder, runs } = await trainedRun(t);
  const measurement = new ContextMeasurement({
    runs,
    reader: readerOf([folder]),
    settings: async () => ({ ...DEFAULTS, engine: 'reference' as const }),
    isTrusted: () => true,
    untilIdle: async () => {},
    closing: NEVER,
    ...changes,
  });
  const [summary] = await runs.summaries();
  const { epoch, path } = runs.current.checkpoints()[0]!;
  return { runs, folder, measurement, first: { run: summary!.id, epoch }, path };
}

test('measures the network of an epoch on held-out files, and keeps what came of it with the run', async (t) => {
  const { runs, folder, measurement, first, path } = await measuredRun(t);
  assert.equal(measurement.kept(first), null);
  const shares: number[] = [];
  const measured = await measurement.measure(first, NEVER, (share) => shares.push(share));
  assert.ok(measured);

  const files = await readerOf([folder]).heldOut(runs.current.info().request, 40_000, NEVER);
  const expected = await measureContext(
    await predictorOf(path),
    files.map(({ symbols }) => symbols),
    1024,
    { piece: 128 },
  );
  const { text, ...figures } = measured;
  assert.match(text, /^[0-9a-f]{16}$/);
  assert.deepEqual(figures, { epoch: first.epoch, cell: 'gru', layers: 1, units: 8, isHeldOut: true, ...expected });
  assert.deepEqual(
    measured.reaches.map(({ reach }) => reach),
    [1, 3, 10, 30, 100, 300],
    'the two held-out files have some 900 characters',
  );
  assert.ok(measured.closers.some(({ total }) => total > 0));
  assert.deepEqual([shares.at(-1), shares.length > 10], [1, true]);

  assert.deepEqual(measurement.kept(first), measured);
  assert.equal(measurement.kept({ ...first, epoch: 0.5 }), null);
  const again = await measurement.measure(first, NEVER);
  assert.deepEqual(again, measured, 'the same network and files give the same figures');
});

test('what is stopped gives nothing and keeps nothing, and the next one goes on', async (t) => {
  const { measurement, first } = await measuredRun(t);
  const stop = new AbortController();
  const stopped = measurement.measure(first, stop.signal, () => stop.abort());
  const next = measurement.measure(first, NEVER);
  assert.equal(await stopped, null);
  assert.equal(measurement.kept(first), null);
  assert.equal(await measurement.measure(first, AbortSignal.abort()), null);
  assert.ok(await next);
});

test('waits while a completion is being worked on', async (t) => {
  let ended = () => {};
  const completion = new Promise<void>((resolve) => {
    ended = resolve;
  });
  let isWaiting = () => {};
  const waiting = new Promise<void>((resolve) => {
    isWaiting = resolve;
  });
  const untilIdle = () => {
    isWaiting();
    return completion;
  };
  const { measurement, first } = await measuredRun(t, { untilIdle });
  let isDone = false;
  const measured = measurement.measure(first, NEVER).then(() => {
    isDone = true;
  });
  await waiting;
  assert.equal(isDone, false);
  ended();
  await measured;
});

test('a run that a new training sets aside meanwhile takes its measurement along', async (t) => {
  let setAside: Promise<void> | undefined;
  const { runs, measurement, first } = await measuredRun(t);
  const measured = await measurement.measure(first, NEVER, () => {
    setAside ??= runs.setAside();
  });
  await setAside;
  assert.equal(existsSync(join(runs.current.path, 'context.jsonl')), false);
  const previous = new Run(join(runs.current.path, '..', 'previous-run'));
  assert.deepEqual(previous.context(first.epoch), measured);
  assert.deepEqual(measurement.kept(first), measured);
});

test('refuses in a sentence what cannot be measured', async (t) => {
  const { measurement, first } = await measuredRun(t);
  const refused = (changes: Partial<typeof first>, message: RegExp) =>
    assert.rejects(measurement.measure({ ...first, ...changes }, NEVER), { name: 'UserError', message });
  await refused({ epoch: 0.5 }, /weights of this epoch were not kept/);
  await refused({ run: '../run' }, /^There is no such training any more/);
  assert.throws(() => measurement.kept({ ...first, run: 'gone' }), { name: 'UserError' });
  const untrusted = await measuredRun(t, { isTrusted: () => false });
  await assert.rejects(untrusted.measurement.measure(untrusted.first, NEVER), {
    name: 'UserError',
    message: /trusted/,
  });
});
