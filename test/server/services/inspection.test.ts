import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { activationsOf, inspectCharacters, lookBackFrom, readText } from '../../../src/inspection/inspect';
import { readCheckpoint } from '../../../src/model/checkpoint';
import { UNIT_PROPERTIES } from '../../../src/protocol/inspection';
import { Inspection, type InspectionSetup } from '../../../src/server/services/inspection';
import { DEFAULTS } from '../../../src/server/services/settings';
import { Run } from '../../../src/training/run';
import { train } from '../../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from '../../training/project';
import { readerOf } from '../reader';

const TEXT = 'def f(x):\n    return x\n';

/** A small run, what looks into it, and the networks by its first and newest checkpoint. */
async function trainedRun(t: TestContext, changes: Partial<InspectionSetup> = {}) {
  const folder = pythonProject(t);
  const request = smallRequest(folder, join(temporaryFolder(t), 'run'), { epochs: 0.2, seed: 7 });
  await train(request, () => {}, new AbortController().signal);
  const run = new Run(request.run);
  const inspection = new Inspection({
    run,
    newestCheckpoint: () => run.newest(),
    reader: readerOf([folder]),
    settings: async () => ({ ...DEFAULTS, engine: 'reference' as const }),
    isTrusted: () => true,
    untilIdle: async () => {},
    closing: new AbortController().signal,
    ...changes,
  });
  t.after(() => inspection.forget());
  const predictorOf = async (path: string) => {
    const { metadata, parameters } = await readCheckpoint(path);
    return createReferenceEngine().createPredictor(metadata.model, parameters);
  };
  const { epoch, path } = run.checkpoints()[0]!;
  return {
    run,
    inspection,
    first: { epoch, predictor: await predictorOf(path) },
    newest: await predictorOf(run.newest()!),
  };
}

test('looks into the network of an epoch, and into the newest', async (t) => {
  const { inspection, first, newest } = await trainedRun(t);
  const of = async (epoch: number | null) => (await inspection.inspect({ text: TEXT, epoch })).characters;
  assert.deepEqual(await of(first.epoch), inspectCharacters(await readText(first.predictor, TEXT)));
  const expected = inspectCharacters(await readText(newest, TEXT));
  assert.deepEqual(await of(null), expected);
  assert.notDeepEqual(await of(first.epoch), expected);
});

test('tells activations and what was looked back at', async (t) => {
  const { inspection, newest } = await trainedRun(t);
  const reading = await readText(newest, TEXT);
  const what = { text: TEXT, epoch: null };
  assert.deepEqual(await inspection.activation({ ...what, layer: 0, unit: 3 }), activationsOf(reading, 0, 3));
  assert.deepEqual(await inspection.lookBack({ ...what, at: 5 }), await lookBackFrom(newest, TEXT, 5));
});

test('ranks units over held-out files, once for a checkpoint', async (t) => {
  let readings = 0;
  const { inspection, run } = await trainedRun(t);
  const reader = readerOf(run.info().request.folders);
  const counting: InspectionSetup['reader'] = {
    heldOut: (...given) => {
      readings++;
      return reader.heldOut(...given);
    },
  };
  const counted = (await trainedRun(t, { reader: counting })).inspection;
  const [units, again] = await Promise.all([counted.units({ epoch: null }), counted.units({ epoch: null })]);
  assert.equal(again, units);
  assert.equal(readings, 1);
  const { validationCharacters } = run.info().corpus;
  assert.ok(units.isHeldOut && units.characters > 0 && units.characters <= validationCharacters);
  assert.deepEqual(
    units.rankings.map(({ property }) => property),
    [...UNIT_PROPERTIES],
  );
  assert.ok(units.rankings.some(({ units }) => units.length > 0));
  inspection.forget();
});

test('one request at a time; one that fails does not hold up the next', async (t) => {
  const { inspection } = await trainedRun(t);
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
  const { inspection } = await trainedRun(t, { untilIdle });
  let isDone = false;
  const inspected = inspection.inspect({ text: TEXT, epoch: null }).then(() => {
    isDone = true;
  });
  await waiting;
  assert.equal(isDone, false);
  ended();
  await inspected;
});

test('frees a network that nobody looks into, and loads it again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let loads = 0;
  const settings = async () => {
    loads++;
    return { ...DEFAULTS, engine: 'reference' as const };
  };
  const { inspection } = await trainedRun(t, { settings });
  const look = () => inspection.activation({ text: TEXT, epoch: null, layer: 0, unit: 0 });
  const before = await look();
  await look();
  assert.equal(loads, 1);
  t.mock.timers.tick(60_000);
  assert.deepEqual(await look(), before);
  assert.equal(loads, 2);
});

test('refuses in a sentence what cannot be looked into', async (t) => {
  const { inspection, first } = await trainedRun(t);
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
  const untrusted = (await trainedRun(t, { isTrusted: () => false })).inspection;
  await assert.rejects(untrusted.inspect({ text: TEXT, epoch: null }), { name: 'UserError', message: /not trusted/ });
  const empty = (await trainedRun(t, { newestCheckpoint: () => null })).inspection;
  await assert.rejects(empty.units({ epoch: null }), { name: 'UserError', message: /no network to look into yet/ });
});
