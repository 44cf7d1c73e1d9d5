import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { EpochNetwork } from '../../../src/server/services/epoch-networks';
import { trainedRun } from './trained-run';

/** A run with networks of the epochs 1, 2, 3 and 4, and a look at what is loaded and freed. */
async function countedRun(t: TestContext) {
  const counts = { loads: 0 };
  const run = await trainedRun(t, () => counts.loads++);
  for (const epoch of [1, 2, 3, 4]) {
    copyFileSync(run.runs.newestCheckpoint()!, run.runs.current.checkpointPath(epoch));
  }
  const freed: EpochNetwork[] = [];
  const watched = new Set<EpochNetwork>();
  const use = (epoch: number, work: () => Promise<void> = async () => {}) =>
    run.networks.use(epoch, async (network) => {
      if (!watched.has(network)) {
        watched.add(network);
        t.mock.method(network.predictor, 'dispose', () => freed.push(network));
      }
      await work();
      return network;
    });
  return { ...run, counts, freed, use };
}

/** Work that goes on until it is ended. */
function openWork() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => ended, end };
}

test('a network is loaded once for all who use it at the same time, and for who comes soon after', async (t) => {
  const { counts, use } = await countedRun(t);
  const [one, other] = await Promise.all([use(1), use(1)]);
  assert.equal(one, other);
  assert.equal(await use(1), one);
  assert.equal(counts.loads, 1);
});

test('two networks are kept: the one that was asked for longest ago goes', async (t) => {
  const { counts, freed, use } = await countedRun(t);
  const [first, second] = [await use(1), await use(2)];
  await use(1);
  assert.deepEqual(freed, []);
  const third = await use(3);
  assert.deepEqual(freed, [second]);
  assert.deepEqual([await use(1), await use(3)], [first, third]);
  assert.equal(counts.loads, 3);
});

test('a network that is used is not freed for another, nor by a new training, before its use ends', async (t) => {
  const { networks, freed, use } = await countedRun(t);
  const { work, end } = openWork();
  const used = use(1, work);
  await use(2);
  const third = await use(3);
  await use(4);
  assert.equal(freed.includes(third), true);
  const before = freed.length;
  networks.forget();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(freed.length, before + 1, 'the one that nobody used');
  end();
  const network = await used;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(freed.at(-1), network);
  assert.notEqual(await use(1), network);
});

test('networks that nobody uses for a minute are freed, and loaded again', async (t) => {
  const { counts, freed, use } = await countedRun(t);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const network = await use(1);
  t.mock.timers.tick(59_000);
  assert.equal(await use(1), network);
  t.mock.timers.tick(60_000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(freed, [network]);
  assert.notEqual(await use(1), network);
  assert.equal(counts.loads, 2);
});

test('a checkpoint that could not be read is tried again', async (t) => {
  const { runs, use } = await countedRun(t);
  const path = runs.current.checkpointPath(5);
  writeFileSync(path, 'nothing');
  await assert.rejects(use(5), { name: 'UserError' });
  copyFileSync(runs.current.checkpointPath(1), path);
  assert.equal((await use(5)).path, path);
});
