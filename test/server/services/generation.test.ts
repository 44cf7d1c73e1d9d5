import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { generate } from '../../../src/generation/generate';
import { Random } from '../../../src/model/random';
import { TextGeneration } from '../../../src/server/services/generation';
import { predictorOf, trainedRun } from './trained-run';

const WANTED = { epoch: null, prompt: 'def f', length: 60, sampling: { top: 3 }, seed: 5 };
const NEVER = new AbortController().signal;

/** A small run, and what writes with its networks. */
async function writingRun(t: TestContext, untilIdle: () => Promise<void> = async () => {}, closing = NEVER) {
  const run = await trainedRun(t);
  return { ...run, generation: new TextGeneration({ networks: run.networks, untilIdle, closing }) };
}

/** What the network of a checkpoint writes by itself. */
async function writtenBy(path: string): Promise<string> {
  const predictor = await predictorOf(path);
  return await generate(predictor, WANTED.prompt, WANTED.length, WANTED.sampling, new Random(WANTED.seed));
}

test('writes with the network of an epoch, and with the newest, and tells the text in parts', async (t) => {
  const { runs, generation } = await writingRun(t);
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
  const { generation } = await writingRun(t, async () => {
    if (++written === 10) {
      stop.abort();
    }
  });
  const [stopped, whole] = await Promise.all([generation.write(WANTED, stop.signal), generation.write(WANTED, NEVER)]);
  assert.equal(stopped.text.length, 10);
  assert.equal(whole.text.length, 60);
  assert.ok(whole.text.startsWith(stopped.text));
});

test('a text ends when the session is closed', async (t) => {
  const close = new AbortController();
  const { generation } = await writingRun(t, async () => close.abort(), close.signal);
  assert.equal((await generation.write(WANTED, NEVER)).text.length, 1);
});

test('completions go first', async (t) => {
  let isBusy = true;
  let go: (() => void) | null = null;
  const { generation } = await writingRun(t, () => {
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
  const { generation, distrust } = await writingRun(t);
  await assert.rejects(generation.write({ ...WANTED, epoch: 77 }, NEVER), { name: 'UserError', message: /not kept/ });
  distrust();
  await assert.rejects(generation.write(WANTED, NEVER), { name: 'UserError', message: /not trusted/ });
});
