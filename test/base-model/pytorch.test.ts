import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { joinFiles, loadCorpus } from '../../src/corpus/corpus';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine';
import { evaluate } from '../../src/metrics/evaluate';
import { readCheckpoint } from '../../src/model/checkpoint';
import { initialise } from '../../src/model/initialise';
import type { TrainRequest } from '../../src/protocol/training-events';
import { openRun, type Run } from '../../src/training/run';
import { train } from '../../src/training/train';
import { pythonFile, smallRequest, temporaryFolder } from '../training/project';

/** The Python to ask for PyTorch; a virtual environment's, for example. */
const PYTHON = process.env.UNDERSTUDY_PYTHON ?? 'python3';
const TRAIN = resolve('base-model/train.py');

const found = spawnSync(PYTHON, ['-c', 'import torch, safetensors']);
const skip = {
  skip: found.status !== 0 && `${PYTHON} has no PyTorch and safetensors; UNDERSTUDY_PYTHON names one that has`,
};

const SHAPE = ['--layers', '2', '--units', '8', '--batch', '4', '--seqlen', '8', '--threads', '1'];
const MODEL: Partial<TrainRequest> = { layers: 2, wholeCorpus: true, holdout: ['held-out/'] };

/** Sums of float32 in another order, over some hundred steps. */
const CLOSE = 2e-4;

function corpus(t: TestContext): string {
  const folder = temporaryFolder(t);
  for (const [part, count] of [['train', 12] as const, ['held-out', 8] as const]) {
    mkdirSync(join(folder, part));
    for (let i = 0; i < count; i++) {
      writeFileSync(join(folder, part, `${i}.py`), pythonFile(part === 'train' ? i : 100 + i));
    }
  }
  return folder;
}

function trainWithPytorch(folder: string, run: string, options: readonly string[], processes = 1): Run {
  const program = processes === 1 ? [TRAIN] : ['-m', 'torch.distributed.run', '--standalone', TRAIN];
  if (processes > 1) {
    program.splice(3, 0, `--nproc-per-node=${processes}`);
  }
  execFileSync(PYTHON, [...program, folder, '--out', run, ...SHAPE, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: '1', CUDA_VISIBLE_DEVICES: '' },
  });
  return openRun(run);
}

async function trainHere(folder: string, run: string, changes: Partial<TrainRequest>, stopAt = Infinity): Promise<Run> {
  const request = smallRequest(folder, run, { ...MODEL, ...changes });
  const stop = new AbortController();
  let ticks = 0;
  // A clock that moves on with every look: progress is told after every step, and a stop comes after a known one.
  const now = () => (ticks += 0.3);
  const stopWhenThere = (event: { kind: string; step?: number }) => {
    if (event.kind === 'progress' && (event.step ?? 0) >= stopAt) {
      stop.abort();
    }
  };
  await train(request, stopWhenThere, stop.signal, { now });
  return openRun(run);
}

async function stateOf(run: Run) {
  const { parameters, full, metadata } = await readCheckpoint(run.latestPath);
  return { parameters, metadata, ...full! };
}

function assertClose(actual: Float32Array, expected: Float32Array, tolerance = CLOSE): void {
  assert.equal(actual.length, expected.length);
  const furthest = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  assert.ok(furthest <= tolerance, `they differ by ${furthest}`);
}

/** Compares parameters, their average, both moments and the recurrent state, and where in the corpus they stand. */
async function assertAlike(one: Run, other: Run): Promise<void> {
  const [a, b] = [await stateOf(one), await stateOf(other)];
  assert.equal(a.metadata.step, b.metadata.step);
  assert.equal(a.metadata.corpusFingerprint, b.metadata.corpusFingerprint);
  assert.equal(a.position.minibatch, b.position.minibatch);
  for (const part of ['parameters', 'unaveraged', 'firstMoment', 'secondMoment', 'hidden'] as const) {
    assertClose(a[part]!, b[part]!);
  }
}

test('PyTorch starts from the product’s weights, to the bit', skip, async () => {
  const printed = `
import numpy, sys
sys.path.insert(0, 'base-model')
from pytorch.network import initial_parameters
for start in ('talk', 'one-hot-lecun'):
    for tensor in initial_parameters(2, 8, 5, start).values():
        sys.stdout.buffer.write(tensor.numpy().tobytes())
`;
  const bytes = execFileSync(PYTHON, ['-c', printed]);
  const model = { cell: 'gru', layers: 2, units: 8 } as const;
  const expected = (['talk', 'one-hot-lecun'] as const).map((start) => initialise(model, 5, start));
  assert.deepEqual(bytes, Buffer.concat(expected.map(({ buffer }) => Buffer.from(buffer))));
});

test('two processes of gloo train as one with twice the rows', skip, async (t) => {
  const folder = corpus(t);
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  await assertAlike(
    trainWithPytorch(folder, one, ['--epochs', '0.4']),
    trainWithPytorch(folder, two, ['--epochs', '0.4'], 2),
  );
});

test('two processes resume what one began', skip, async (t) => {
  const folder = corpus(t);
  const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
  trainWithPytorch(folder, parts, ['--epochs', '0.4', '--steps', '21']);
  assert.equal(openRun(parts).info().finished?.reason, 'stopped');
  await assertAlike(
    trainWithPytorch(folder, parts, ['--resume'], 2),
    trainWithPytorch(folder, whole, ['--epochs', '0.4']),
  );
});

test('PyTorch and the product train alike, over the end of an epoch', skip, async (t) => {
  const folder = corpus(t);
  const [here, there] = [join(folder, 'here'), join(folder, 'there')];
  const epochs = 1.2;
  await assertAlike(
    trainWithPytorch(folder, there, ['--epochs', String(epochs)]),
    await trainHere(folder, here, { epochs }),
  );
});

test('the product reads what PyTorch wrote, and measures the same bits per character', skip, async (t) => {
  const folder = corpus(t);
  const run = trainWithPytorch(folder, join(folder, 'run'), ['--epochs', '2']);
  const { metadata, parameters } = await readCheckpoint(run.newest()!);
  assert.equal(run.info().started.engine, 'PyTorch');
  const { validation } = await loadCorpus([folder], { holdout: ['held-out/'], excludes: [] });
  const predictor = await createReferenceEngine().createPredictor(metadata.model, parameters);
  const { bpc, accuracy } = await evaluate(predictor, joinFiles(validation));
  assert.ok(Math.abs(bpc - metadata.validationBpc!) < 1e-4, `${bpc}, ${metadata.validationBpc}`);
  assert.ok(Math.abs(accuracy - metadata.validationAccuracy!) < 2e-3);
});

test('the product resumes what PyTorch began, and PyTorch what the product began', skip, async (t) => {
  const folder = corpus(t);
  const [whole, there, here] = ['whole', 'there', 'here'].map((name) => join(folder, name)) as [string, string, string];
  const epochs = 1.2;
  await trainHere(folder, whole, { epochs });

  trainWithPytorch(folder, there, ['--epochs', String(epochs), '--steps', '40']);
  await trainHere(folder, there, { epochs, resume: true });
  await assertAlike(openRun(there), openRun(whole));

  await trainHere(folder, here, { epochs }, 40);
  assert.equal(openRun(here).info().finished?.reason, 'stopped');
  trainWithPytorch(folder, here, ['--resume']);
  await assertAlike(openRun(here), openRun(whole));
});

test('a signal ends a training after a step, and it can be resumed', skip, async (t) => {
  const folder = corpus(t);
  const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
  const program = spawn(PYTHON, [TRAIN, folder, '--out', parts, ...SHAPE, '--epochs', '4', '--tell-steps', '5'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  program.stdout.once('data', () => program.kill('SIGTERM'));
  assert.deepEqual(await once(program, 'exit'), [0, null]);
  const { reason, epoch } = openRun(parts).info().finished!;
  assert.equal(reason, 'stopped');
  assert.ok(epoch < 4);
  await assertAlike(trainWithPytorch(folder, parts, ['--resume']), trainWithPytorch(folder, whole, ['--epochs', '4']));
});

test('what is wrong is told in a sentence', skip, (t) => {
  const folder = temporaryFolder(t);
  const said = (options: readonly string[]) =>
    spawnSync(PYTHON, [TRAIN, folder, '--out', join(folder, 'run'), ...options], { encoding: 'utf8' }).stderr;
  assert.match(said([]), /^.* has no usable Python files in a folder train\/ to learn from; README\.md says more\.\n$/);
  mkdirSync(join(folder, 'train'));
  writeFileSync(join(folder, 'train', 'a.py'), pythonFile(1));
  assert.match(said(['--resume']), /^There is no training in .* to resume\.\n$/);
});
