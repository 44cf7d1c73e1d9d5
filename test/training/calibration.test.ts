import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Checkpoint, readCheckpoint } from '../../src/model/checkpoint';
import type { OperatingPoints, TrainingEvent } from '../../src/protocol/training-events';
import type { Calibrate, CalibrationOptions } from '../../src/training/calibration';
import { openRun } from '../../src/training/run';
import { train } from '../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from './project';

const POINTS: OperatingPoints = {
  quiet: { threshold: 0.8, saved: 0.2, shown: 300, accepted: 0.86 },
  balanced: { threshold: 0.4, saved: 0.4, shown: 300, accepted: 0.62 },
  eager: { threshold: 0.3, saved: 0.45, shown: 300, accepted: 0.55 },
  memory: true,
};

/** Trains a tenth of an epoch, unless `stopAt` finds the event to stop at, then calibrates as told. */
async function training(t: TestContext, stopAt: (event: TrainingEvent) => boolean = () => false) {
  const request = smallRequest(pythonProject(t), join(temporaryFolder(t), 'run'), { epochs: 0.1, memory: true });
  const stop = new AbortController();
  const events: TrainingEvent[] = [];
  const calls: { checkpoint: Checkpoint; options: CalibrationOptions }[] = [];
  const trainAnd = async (answer: () => Promise<OperatingPoints | null>, changes: Partial<typeof request> = {}) => {
    const calibrate: Calibrate = (checkpoint, _, options) => {
      calls.push({ checkpoint, options });
      return answer();
    };
    const emit = (event: TrainingEvent) => {
      events.push(event);
      if (stopAt(event)) {
        stop.abort();
      }
    };
    return await train({ ...request, ...changes }, emit, stop.signal, { calibrate });
  };
  const pointsIn = async (path: string) => (await readCheckpoint(path)).metadata.operatingPoints;
  return { run: () => openRun(request.run), stop, events, calls, trainAnd, pointsIn };
}

test('a complete training’s model gets operating points of its own, told before the end and kept', async (t) => {
  const { run, events, calls, trainAnd, pointsIn } = await training(t);
  const before: Checkpoint[] = [];
  const { epoch } = await trainAnd(async () => {
    before.push(await readCheckpoint(run().latestPath));
    return POINTS;
  });
  const reported = { kind: 'calibration', epoch, operatingPoints: POINTS };
  assert.deepEqual(events.at(-2), reported);
  assert.equal(events.at(-1)?.kind, 'finished');
  assert.ok(
    run()
      .events()
      .some((event) => event.kind === 'calibration'),
  );
  assert.deepEqual(await pointsIn(run().latestPath), POINTS);
  assert.deepEqual(await pointsIn(run().checkpointPath(epoch)), POINTS);
  const { parameters, full } = await readCheckpoint(run().latestPath);
  assert.ok(full, 'it can still be resumed');
  assert.deepEqual([parameters, full], [before[0]!.parameters, before[0]!.full]);
  const { checkpoint, options } = calls[0]!;
  assert.deepEqual(checkpoint.parameters, parameters);
  assert.deepEqual([options.memory, options.seconds], [true, 10]);
});

test('a training that goes on has no operating points until its own end', async (t) => {
  const { run, calls, trainAnd, pointsIn } = await training(t);
  await trainAnd(async () => POINTS);
  await trainAnd(async () => null, { epochs: 0.2, resume: true });
  assert.equal(calls.length, 2);
  assert.equal(await pointsIn(run().latestPath), null);
  assert.ok(
    run()
      .events()
      .every((event) => event.kind !== 'calibration'),
  );
});

test('a stop while suggestions are tried out leaves a complete training', async (t) => {
  const { run, stop, events, trainAnd, pointsIn } = await training(t);
  const { reason } = await trainAnd(async () => {
    stop.abort();
    throw stop.signal.reason;
  });
  assert.equal(reason, 'completed');
  assert.ok(run().isComplete);
  assert.equal(await pointsIn(run().latestPath), null);
  assert.ok(events.every((event) => event.kind !== 'calibration'));
});

test('a training that was stopped is not calibrated', async (t) => {
  const { calls, trainAnd } = await training(t, ({ kind }) => kind === 'started');
  assert.equal((await trainAnd(async () => POINTS)).reason, 'stopped');
  assert.deepEqual(calls, []);
});

test('where trying suggestions out fails the training is complete all the same, and the log says why', async (t) => {
  const { run, trainAnd, pointsIn } = await training(t);
  const log = t.mock.method(console, 'error', () => {});
  const { reason } = await trainAnd(async () => {
    throw new Error('no such luck');
  });
  assert.equal(reason, 'completed');
  assert.match(log.mock.calls.flatMap((call) => call.arguments).join(' '), /^No operating points: Error: no such luck/);
  assert.equal(await pointsIn(run().latestPath), null);
});
