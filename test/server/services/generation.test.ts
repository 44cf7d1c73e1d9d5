import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { generate } from '../../../src/generation/generate';
import { readCheckpoint } from '../../../src/model/checkpoint';
import { Random } from '../../../src/model/random';
import { CheckpointSource } from '../../../src/server/services/checkpoint-source';
import { TextGeneration } from '../../../src/server/services/generation';
import { Runs } from '../../../src/server/services/runs';
import { DEFAULTS } from '../../../src/server/services/settings';
import { train } from '../../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from '../../training/project';

const WANTED = { epoch: null, prompt: 'def f', length: 60, sampling: { top: 3 }, seed: 5 };
const NEVER = new AbortController().signal;

/** A small run, and what writes with its networks. */
async function trainedRun(t: TestContext, untilIdle: () => Promise<void> = async () => {}) {
  const storage = temporaryFolder(t);
  const request = smallRequest(pythonProject(t), join(storage, 'run'), { epochs: 0.2, seed: 7 });
  await train(request, () => {}, NEVER);
  const runs = new Runs(storage);
  let isTrusted = true;
  const checkpoints = new CheckpointSource(runs, () => isTrusted);
  const generation = new TextGeneration({
    checkpoints,
    settings: async () => ({ ...DEFAULTS, engine: 'reference' as const }),
    untilIdle,
  });
  t.after(() => generation.forget());
  const distrust = () => {
    isTrusted = false;
  };
  return { runs, request, checkpoints, generation, distrust };
}

/** What the network of a checkpoint writes by itself. */
async function writtenBy(path: string): Promise<string> {
  const { metadata, parameters } = await readCheckpoint(path);
  const predictor = await createReferenceEngine().createPredictor(metadata.model, parameters);
  return await generate(predictor, WANTED.prompt, WANTED.length, WANTED.sampling, new Random(WANTED.seed));
}

test('writes with the network of an epoch, and with the newest, and tells the text in parts', async (t) => {
  const { runs, generation } = await trainedRun(t);
  const { epoch, path } = runs.current.checkpoints()[0]!;
  const parts: string[] = [];
  const first = await generation.write({ ...WANTED, epoch }, NEVER, (part) => parts.push(part));
  assert.equal(first.epoch.toFixed(4), epoch.toFixed(4));
  assert.equal(first.text, await writtenBy(path));
  assert.equal(parts.join(''), first.text);
  const newest = await generation.write(WANTED, NEVER);
  assert.equal(newest.text, await writtenBy(runs.newestCheckpoint()!));
  assert.notEqual(newest.text, first.text);
});

test('what was written until it is stopped stays, and the next text waits for it', async (t) => {
  const stop = new AbortController();
  let written = 0;
  const { generation } = await trainedRun(t, async () => {
    if (++written === 10) {
      stop.abort();
    }
  });
  const [stopped, whole] = await Promise.all([generation.write(WANTED, stop.signal), generation.write(WANTED, NEVER)]);
  assert.equal(stopped.text.length, 10);
  assert.equal(whole.text.length, 60);
  assert.ok(whole.text.startsWith(stopped.text));
});

test('completions go first', async (t) => {
  let isBusy = true;
  let go: (() => void) | null = null;
  const { generation } = await trainedRun(t, () => {
    return isBusy
      ? new Promise((resolve) => {
          go = resolve;
        })
      : Promise.resolve();
  });
  let isDone = false;
  const text = generation.write(WANTED, NEVER).then((result) => {
    isDone = true;
    return result;
  });
  while (go === null) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(isDone, false);
  isBusy = false;
  (go as () => void)();
  assert.equal((await text).text.length, 60);
});

test('refuses in a sentence where there is no such network, and where nothing may run', async (t) => {
  const { generation, distrust } = await trainedRun(t);
  await assert.rejects(generation.write({ ...WANTED, epoch: 77 }, NEVER), { name: 'UserError', message: /not kept/ });
  distrust();
  await assert.rejects(generation.write(WANTED, NEVER), { name: 'UserError', message: /not trusted/ });
});

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
