import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { activationsOf, inspectCharacters, lookBackFrom, readText } from '../../../src/inspection/inspect';
import { UNIT_PROPERTIES } from '../../../src/protocol/inspection';
import { Inspection, type InspectionSetup } from '../../../src/server/services/inspection';
import { readerOf } from '../reader';
import { predictorOf, trainedRun } from './trained-run';

const TEXT = 'def f(x):\n    return x\n';

/** A small run, what looks into it, and the networks by its first and newest checkpoint. */
async function inspectedRun(t: TestContext, changes: Partial<InspectionSetup> = {}) {
  const run = await trainedRun(t);
  const { folder, checkpoints, networks } = run;
  const inspection = new Inspection({
    networks,
    checkpoints,
    reader: readerOf([folder]),
    untilIdle: async () => {},
    closing: new AbortController().signal,
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
  const of = async (epoch: number | null) => (await inspection.inspect({ text: TEXT, epoch })).characters;
  assert.deepEqual(await of(first.epoch), inspectCharacters(await readText(first.predictor, TEXT)));
  const expected = inspectCharacters(await readText(newest, TEXT));
  assert.deepEqual(await of(null), expected);
  assert.notDeepEqual(await of(first.epoch), expected);
});

test('tells activations and what was looked back at', async (t) => {
  const { inspection, newest } = await inspectedRun(t);
  const reading = await readText(newest, TEXT);
  const what = { text: TEXT, epoch: null };
  assert.deepEqual(await inspection.activation({ ...what, layer: 0, unit: 3 }), activationsOf(reading, 0, 3));
  assert.deepEqual(await inspection.lookBack({ ...what, at: 5 }), await lookBackFrom(newest, TEXT, 5));
});

test('ranks units over held-out files, once for a checkpoint', async (t) => {
  let readings = 0;
  const reader: InspectionSetup['reader'] = {
    heldOut: (request, ...given) => {
      readings++;
      return readerOf(request.folders).heldOut(request, ...given);
    },
  };
  const { inspection, runs } = await inspectedRun(t, { reader });
  const [units, again] = await Promise.all([inspection.units({ epoch: null }), inspection.units({ epoch: null })]);
  assert.equal(again, units);
  assert.equal(readings, 1);
  const { validationCharacters } = runs.current.info().corpus;
  assert.ok(units.isHeldOut && units.characters > 0 && units.characters <= validationCharacters);
  assert.deepEqual(
    units.rankings.map(({ property }) => property),
    [...UNIT_PROPERTIES],
  );
  assert.ok(units.rankings.some(({ units }) => units.length > 0));
});

test('one request at a time; one that fails does not hold up the next', async (t) => {
  const { inspection } = await inspectedRun(t);
  const refused = assert.rejects(inspection.inspect({ text: TEXT, epoch: 0.5 }), /not kept/);
  assert.equal((await inspection.inspect({ text: TEXT, epoch: null })).characters.length, TEXT.length);
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
  const inspected = inspection.inspect({ text: TEXT, epoch: null }).then(() => {
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
    [() => inspection.inspect({ text: '', epoch }), /no text to look into/],
    [
      () => inspection.inspect({ text: 'x'.repeat(4001), epoch }),
      /at most 4,000 characters at a time: this text has 4,001\./,
    ],
    [() => inspection.activation({ text: TEXT, epoch, layer: 1, unit: 0 }), /has 1 layers of 8 units/],
    [() => inspection.activation({ text: TEXT, epoch, layer: 0, unit: 8 }), /no such unit/],
    [() => inspection.lookBack({ text: TEXT, epoch, at: TEXT.length }), /no such character/],
    [() => inspection.units({ epoch: 0.5 }), /not kept/],
  ];
  for (const [refusal, message] of refusals) {
    await assert.rejects(refusal(), { name: 'UserError', message });
  }
  await runs.deleteAll();
  await assert.rejects(inspection.units({ epoch: null }), { name: 'UserError', message: /no network yet/ });
  distrust();
  await assert.rejects(inspection.inspect({ text: TEXT, epoch: null }), { name: 'UserError', message: /not trusted/ });
});

test('a text and what is asked of it belong to one network, although a newer one completes by now', async (t) => {
  const { inspection, newest, runs, first } = await inspectedRun(t);
  const what = { text: TEXT, epoch: null };
  await inspection.inspect(what);
  copyFileSync(runs.current.checkpointPath(first.epoch), runs.newestCheckpoint()!);
  const before = activationsOf(await readText(newest, TEXT), 0, 3);
  assert.deepEqual(await inspection.activation({ ...what, layer: 0, unit: 3 }), before);
  await inspection.inspect(what);
  const after = activationsOf(await readText(first.predictor, TEXT), 0, 3);
  assert.deepEqual(await inspection.activation({ ...what, layer: 0, unit: 3 }), after);
  assert.notDeepEqual(after, before);
});
