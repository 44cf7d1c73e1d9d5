import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { activationsOf, inspectCharacters, lookBackFrom, readText } from '../../../src/inspection/inspect';
import { symbolOf } from '../../../src/python/alphabet';
import { Inspection, type InspectionSetup } from '../../../src/server/services/inspection';
import { predictorOf, trainedRun } from './trained-run';

const NEVER = new AbortController().signal;
const TEXT = 'def f(x):\n    return x\n';

/** A small run, what looks into it, and the networks by its first and newest checkpoint. */
async function inspectedRun(t: TestContext, changes: Partial<InspectionSetup> = {}) {
  const run = await trainedRun(t);
  const inspection = new Inspection({
    networks: run.networks,
    untilIdle: async () => {},
    closing: NEVER,
    ...changes,
  });
  const { epoch, path } = run.runs.current.checkpoints()[0]!;
  return {
    ...run,
    inspection,
    first: { epoch, predictor: await predictorOf(path) },
    newest: await predictorOf(run.runs.newestCheckpoint()!),
  };
}

test('looks into the network of an epoch, and into the newest', async (t) => {
  const { inspection, first, newest } = await inspectedRun(t);
  const of = async (epoch: number | null) => (await inspection.inspect({ text: TEXT, epoch }, NEVER)).characters;
  assert.deepEqual(await of(first.epoch), inspectCharacters(await readText(first.predictor, TEXT)));
  const expected = inspectCharacters(await readText(newest, TEXT));
  assert.deepEqual(await of(null), expected);
  assert.notDeepEqual(await of(first.epoch), expected);
});

test('tells activations and what was looked back at', async (t) => {
  const { inspection, newest } = await inspectedRun(t);
  const reading = await readText(newest, TEXT);
  const what = { text: TEXT, epoch: null };
  assert.deepEqual(await inspection.activation({ ...what, layer: 0, unit: 3 }, NEVER), activationsOf(reading, 0, 3));
  assert.deepEqual(await inspection.lookBack({ ...what, at: 5 }, NEVER), await lookBackFrom(newest, TEXT, 5));
});

test('one request at a time; one that fails does not hold up the next', async (t) => {
  const { inspection } = await inspectedRun(t);
  const refused = assert.rejects(
    inspection.activation({ text: TEXT, epoch: 0.5, layer: 0, unit: 0 }, NEVER),
    /not kept/,
  );
  assert.equal((await inspection.inspect({ text: TEXT, epoch: null }, NEVER)).characters.length, TEXT.length);
  await refused;
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
  const { inspection } = await inspectedRun(t, { untilIdle });
  let isDone = false;
  const inspected = inspection.inspect({ text: TEXT, epoch: null }, NEVER).then(() => {
    isDone = true;
  });
  await waiting;
  assert.equal(isDone, false);
  ended();
  await inspected;
});

test('refuses in a sentence what cannot be looked into', async (t) => {
  const { inspection, runs, first, distrust } = await inspectedRun(t);
  const { epoch } = first;
  const refusals: [() => Promise<unknown>, RegExp][] = [
    [() => inspection.inspect({ text: '', epoch }, NEVER), /no text to look into/],
    [
      () => inspection.inspect({ text: 'x'.repeat(4001), epoch }, NEVER),
      /at most 4,000 characters at a time: this text has 4,001\./,
    ],
    [() => inspection.activation({ text: TEXT, epoch, layer: 1, unit: 0 }, NEVER), /has 1 layers of 8 units/],
    [() => inspection.activation({ text: TEXT, epoch, layer: 0, unit: 8 }, NEVER), /no such unit/],
    [() => inspection.lookBack({ text: TEXT, epoch, at: TEXT.length }, NEVER), /no such character/],
  ];
  for (const [refusal, message] of refusals) {
    await assert.rejects(refusal(), { name: 'UserError', message });
  }
  const look = () => inspection.inspect({ text: TEXT, epoch: null }, NEVER);
  await runs.deleteAll();
  await assert.rejects(look(), { name: 'UserError', message: /no network yet/ });
  distrust();
  await assert.rejects(look(), { name: 'UserError', message: /not trusted/ });
});

test('a text and what is asked of it belong to one network, although a newer one completes by now', async (t) => {
  const { inspection, newest, runs, first } = await inspectedRun(t);
  const what = { text: TEXT, epoch: null };
  await inspection.inspect(what, NEVER);
  copyFileSync(runs.current.checkpointPath(first.epoch), runs.newestCheckpoint()!);
  const before = activationsOf(await readText(newest, TEXT), 0, 3);
  assert.deepEqual(await inspection.activation({ ...what, layer: 0, unit: 3 }, NEVER), before);
  await inspection.inspect(what, NEVER);
  const after = activationsOf(await readText(first.predictor, TEXT), 0, 3);
  assert.deepEqual(await inspection.activation({ ...what, layer: 0, unit: 3 }, NEVER), after);
  assert.notDeepEqual(after, before);
});

/** A network whose look-back goes on until it is stopped, and a promise of its beginning. */
async function endlessLookBack(t: TestContext, closing = NEVER) {
  const run = await inspectedRun(t);
  let begun = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const ended: unknown[] = [];
  const lookBack = (symbols: Uint8Array, target: number, signal?: AbortSignal) =>
    target === symbolOf('d'.charCodeAt(0))
      ? new Promise<Float32Array>((_, reject) => {
          signal!.addEventListener('abort', () => {
            ended.push(signal!.reason);
            reject(signal!.reason);
          });
          begun();
        })
      : run.newest.lookBack(symbols, target, signal);
  await run.networks.use(null, async ({ predictor }) => {
    t.mock.method(predictor, 'lookBack', lookBack);
  });
  return {
    inspection: new Inspection({ networks: run.networks, untilIdle: async () => {}, closing }),
    hasBegun,
    ended,
  };
}

const ENDLESS = { text: TEXT, epoch: null, at: 0 };

test('a newer question ends the one before of its kind, and others go on', async (t) => {
  const { inspection, hasBegun, ended } = await endlessLookBack(t);
  const first = assert.rejects(inspection.lookBack(ENDLESS, NEVER), { message: /newer question/ });
  await hasBegun;
  const inspected = inspection.inspect({ text: TEXT, epoch: null }, NEVER);
  const second = inspection.lookBack({ ...ENDLESS, at: 5 }, NEVER);
  await first;
  assert.equal(ended.length, 1, 'its work has ended as well');
  assert.equal((await inspected).characters.length, TEXT.length);
  assert.equal((await second).length, 5);
});

test('a cancellation ends a question, and one that waits for its turn', async (t) => {
  const { inspection, hasBegun, ended } = await endlessLookBack(t);
  const cancel = new AbortController();
  const cancelWaiting = new AbortController();
  const first = inspection.lookBack(ENDLESS, cancel.signal);
  await hasBegun;
  const waiting = inspection.inspect({ text: TEXT, epoch: null }, cancelWaiting.signal);
  cancelWaiting.abort(new Error('not any more'));
  await assert.rejects(waiting, /not any more/);
  assert.deepEqual(ended, []);
  cancel.abort(new Error('stop'));
  await assert.rejects(first, /stop/);
  assert.equal(ended.length, 1);
});

test('closing ends every question', async (t) => {
  const close = new AbortController();
  const { inspection, hasBegun, ended } = await endlessLookBack(t, close.signal);
  const first = assert.rejects(inspection.lookBack(ENDLESS, NEVER), /closed/);
  await hasBegun;
  const waiting = assert.rejects(inspection.inspect({ text: TEXT, epoch: null }, NEVER), /closed/);
  close.abort(new Error('closed'));
  await Promise.all([first, waiting]);
  assert.equal(ended.length, 1);
  await assert.rejects(inspection.activation({ text: TEXT, epoch: null, layer: 0, unit: 0 }, NEVER), /closed/);
});
