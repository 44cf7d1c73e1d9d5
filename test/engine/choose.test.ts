import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { chooseEngine, chooseTrainingEngine } from '../../src/engine/choose';
import { temporaryFolder } from '../training/project';

/** A set-up whose self-test found a GPU or not, and a package that finds one now or not. */
function setUp(t: TestContext, { found, there }: { found: boolean; there: boolean | null }): void {
  const folder = temporaryFolder(t);
  const modules = join(folder, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  const selfTest = { version: '2.21.0', gpu: found, difference: 1e-7 };
  const tensorflow = { python: 'python3', folder: '/tensorflow', cuda: true };
  writeFileSync(join(folder, 'setup.json'), JSON.stringify({ tensorflow, selfTest, whyNoGpu: found ? null : 'None.' }));
  const backend = `{ isUsingGpuDevice: ${there}, binding: { TF_Version: '2.21.0' } }`;
  writeFileSync(
    join(modules, 'index.js'),
    there === null ? 'throw new Error("libcudart.so is gone");' : `exports.backend = () => (${backend});`,
  );
  process.env.UNDERSTUDY_TFJS = folder;
  t.after(() => {
    delete process.env.UNDERSTUDY_TFJS;
  });
}

test('auto trains on the GPU that was set up, and goes on without it', (t) => {
  setUp(t, { found: true, there: true });
  const { engine, notice, fallback } = chooseTrainingEngine('auto', 1);
  assert.deepEqual([engine.name, engine.device, notice], ['tfjs', 'GPU (CUDA)', null]);
  assert.notEqual(fallback?.().engine.name, 'tfjs');
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
  setUp(t, { found: true, there: null });
  assert.match(chooseTrainingEngine('auto', 1).notice ?? '', /^The GPU is not used\. .*libcudart\.so is gone/);
});

test('an engine asked for by name is taken, or refused', (t) => {
  setUp(t, { found: true, there: true });
  assert.equal(chooseTrainingEngine('reference', 1).engine.name, 'reference');
  const { engine, fallback } = chooseTrainingEngine('tfjs', 1);
  assert.equal(engine.name, 'tfjs');
  assert.notEqual(fallback?.().engine.name, 'tfjs');
  setUp(t, { found: true, there: null });
  assert.throws(() => chooseTrainingEngine('tfjs', 1), { name: 'UserError', message: /cannot be loaded/ });
});
