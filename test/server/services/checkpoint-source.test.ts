import assert from 'node:assert/strict';
import { test } from 'node:test';
import { train } from '../../../src/training/train';
import { trainedRun } from './trained-run';

const NEVER = new AbortController().signal;

test('an epoch is chosen to complete from until the newest is, or another run begins', async (t) => {
  const { runs, request, checkpoints } = await trainedRun(t);
  const { epoch, path } = runs.current.checkpoints()[0]!;
  assert.throws(() => checkpoints.choose(77), { name: 'UserError', message: /not kept/ });
  assert.equal(checkpoints.toComplete(), runs.newestCheckpoint());
  checkpoints.choose(epoch);
  assert.deepEqual([checkpoints.chosenEpoch, checkpoints.toComplete()], [epoch, path]);
  checkpoints.choose(null);
  assert.deepEqual([checkpoints.chosenEpoch, checkpoints.toComplete()], [null, runs.newestCheckpoint()]);
  checkpoints.choose(epoch);
  await runs.deleteAll();
  await train(request, () => {}, NEVER);
  assert.equal(runs.current.checkpointPath(epoch), path, 'the same name, but another network');
  assert.deepEqual([checkpoints.toComplete(), checkpoints.chosenEpoch], [runs.newestCheckpoint(), null]);
});
