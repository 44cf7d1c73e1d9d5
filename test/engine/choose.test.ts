import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { chooseEngine, chooseTrainingEngine } from '../../src/engine/choose';
import { rnn } from '../models';
import { fakeTfjs } from './fake-tfjs';

/** Makes this the set-up in place. */
function setUp(t: TestContext, given: { found: boolean; there: boolean }): string {
  const folder = fakeTfjs(t, '', given);
  process.env.UNDERSTUDY_TFJS = folder;
  t.after(() => {
    delete process.env.UNDERSTUDY_TFJS;
  });
  return folder;
}

/** As a set-up whose TensorFlow has been removed since. */
function setUpBroken(t: TestContext): void {
  const folder = setUp(t, { found: true, there: true });
  const module = join(folder, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'index.js');
  writeFileSync(module, 'throw new Error("libcudart.so is gone");');
}

test('auto trains on the GPU that was set up, and goes on without it', (t) => {
  setUp(t, { found: true, there: true });
  const { engine, notice, fallback } = chooseTrainingEngine('auto', 1);
  assert.deepEqual([engine.name, engine.device, notice], ['tfjs', 'GPU (CUDA)', null]);
  assert.notEqual(fallback?.().engine.name, 'tfjs');
});

test('auto trains an RNN on the processor, which TensorFlow refuses in a sentence', async (t) => {
  setUp(t, { found: true, there: true });
  assert.notEqual(chooseTrainingEngine('auto', 1, 'rnn').engine.name, 'tfjs');
  const { engine } = chooseTrainingEngine('tfjs', 1, 'rnn');
  await assert.rejects(engine.createPredictor(rnn(1, 5), new Float32Array(0)), {
    name: 'UserError',
    message: /computes GRUs here, and no RNN: choose the engine native, reference or auto\.$/,
  });
});

test('auto never predicts on the GPU', (t) => {
  setUp(t, { found: true, there: true });
  assert.notEqual(chooseEngine('auto', 1).engine.name, 'tfjs');
});

test('auto leaves a TensorFlow without a GPU alone', (t) => {
  setUp(t, { found: false, there: false });
  const { engine, fallback } = chooseTrainingEngine('auto', 1);
  assert.notEqual(engine.name, 'tfjs');
  assert.equal(fallback, undefined);
});

test('a GPU that has gone, or a TensorFlow that has, is told in a sentence', (t) => {
  setUp(t, { found: true, there: false });
  const gone = chooseTrainingEngine('auto', 1);
  assert.notEqual(gone.engine.name, 'tfjs');
  assert.match(gone.notice ?? '', /^The GPU is not used\. TensorFlow finds no CUDA device any more: [^\n]*\./);
  setUpBroken(t);
  assert.match(chooseTrainingEngine('auto', 1).notice ?? '', /^The GPU is not used\. .*libcudart\.so is gone/);
});

test('an engine asked for by name is taken, or refused', (t) => {
  setUp(t, { found: true, there: true });
  assert.equal(chooseTrainingEngine('reference', 1).engine.name, 'reference');
  const { engine, fallback } = chooseTrainingEngine('tfjs', 1);
  assert.equal(engine.name, 'tfjs');
  assert.notEqual(fallback?.().engine.name, 'tfjs');
  setUpBroken(t);
  assert.throws(() => chooseTrainingEngine('tfjs', 1), { name: 'UserError', message: /cannot be loaded/ });
});
