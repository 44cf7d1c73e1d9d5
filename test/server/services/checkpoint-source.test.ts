import assert from 'node:assert/strict';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { train } from '../../../src/training/train';
import { trainedRun } from './trained-run';

const NEVER = new AbortController().signal;

test('an epoch is chosen to complete from until the newest is, or another run begins', async (t) => {
  const { runs, request, checkpoints } = await trainedRun(t);
  const { epoch, path } = runs.current.checkpoints()[0]!;
  await assert.rejects(checkpoints.choose(77), { name: 'UserError', message: /not kept/ });
  assert.equal(checkpoints.toComplete(), runs.newestCheckpoint());
  await checkpoints.choose(epoch);
  assert.deepEqual([checkpoints.chosenEpoch, checkpoints.toComplete()], [epoch, path]);
  await checkpoints.choose(null);
  assert.deepEqual([checkpoints.chosenEpoch, checkpoints.toComplete()], [null, runs.newestCheckpoint()]);
  await checkpoints.choose(epoch);
  await runs.deleteAll();
  await train(request, () => {}, NEVER);
  assert.equal(runs.current.checkpointPath(epoch), path, 'the same name, but another network');
  assert.deepEqual([checkpoints.toComplete(), checkpoints.chosenEpoch], [runs.newestCheckpoint(), null]);
});

test('a choice is there in the next session, until it is taken back', async (t) => {
  const { runs, checkpoints, sourceOfCheckpoints, losses } = await trainedRun(t);
  const { epoch, path } = runs.current.checkpoints()[0]!;
  await checkpoints.choose(epoch);
  const next = sourceOfCheckpoints();
  assert.deepEqual([next.toComplete(), next.chosenEpoch], [path, epoch]);
  await next.choose(null);
  assert.equal(sourceOfCheckpoints().chosenEpoch, null);
  assert.deepEqual(losses, []);
});

test('a choice whose weights or run are gone returns to the newest, and says so once', async (t) => {
  const { runs, checkpoints, sourceOfCheckpoints, losses } = await trainedRun(t);
  copyFileSync(runs.newestCheckpoint()!, runs.current.checkpointPath(0.5));
  await checkpoints.choose(0.5);
  rmSync(runs.current.checkpointPath(0.5));
  const next = sourceOfCheckpoints();
  assert.equal(next.toComplete(), runs.newestCheckpoint());
  assert.equal(next.toComplete(), runs.newestCheckpoint());
  assert.equal(losses.length, 1);
  assert.match(losses[0]!, /^Suggestions come from the newest network again: the one of epoch 0\.5, .* not there/);
  assert.equal(sourceOfCheckpoints().chosenEpoch, null);
});

test('what is no choice is none', async (t) => {
  const { runs, sourceOfCheckpoints } = await trainedRun(t);
  writeFileSync(join(runs.current.path, '..', 'suggest-from.json'), '{"epoch": "many"}');
  assert.equal(sourceOfCheckpoints().toComplete(), runs.newestCheckpoint());
});
