import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs, { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Runs } from '../../../src/server/services/runs';
import { Run, type RunInfo } from '../../../src/training/run';
import { smallRequest, temporaryFolder } from '../../training/project';

interface Stage {
  /** Of its newest checkpoint; null before the first. */
  readonly bpc: number | null;
  readonly isComplete?: boolean;
  readonly validationFiles?: number;
}

/** Writes the files of a training that has come so far into `storage`. */
async function write(storage: string, folder: string, { bpc, isComplete = false, validationFiles = 1 }: Stage) {
  const path = join(storage, folder);
  mkdirSync(join(path, 'checkpoints'), { recursive: true });
  const corpus = {
    kind: 'corpus' as const,
    files: 9,
    trainCharacters: 900,
    validationCharacters: 9,
    skipped: [],
    sampledFrom: null,
  };
  const facts = { run: path, engine: 'native', device: '', mode: '', preset: 'fast', layers: 1, units: 8 };
  const size = { parameters: 1, batch: 1, seqlen: 8, epochsPerStep: 1, fromEpoch: 0, notice: null };
  const info: RunInfo = {
    formatVersion: 1,
    created: '',
    request: smallRequest('/project', path),
    recipe: {
      preset: 'fast',
      model: { layers: 1, units: 8 },
      batch: 1,
      seqlen: 8,
      initialisation: 'one-hot-lecun',
      schedule: { kind: 'constant', rate: 1 },
      clipNorm: 1,
      weightDecay: 0,
      averaging: 0,
      seed: 1,
    },
    limits: { epochs: 4, seconds: 600 },
    corpus: { ...corpus, validationFiles },
    started: { kind: 'started', ...facts, ...size },
    finished: null,
  };
  const end = { kind: 'finished' as const, run: path, epoch: 4, characters: 1, seconds: 1, charactersPerSecond: 1 };
  const figures = { trainBpc: bpc, validationBpc: bpc, validationAccuracy: 0.5 };
  const finished = isComplete ? { ...end, ...figures, reason: 'completed' as const } : null;
  writeFileSync(join(path, 'run.json'), JSON.stringify({ ...info, finished }));
  if (bpc === null) {
    return;
  }
  writeFileSync(new Run(path).latestPath, folder);
  const validation = { kind: 'validation' as const, step: 1, epoch: 1, characters: 1, seconds: 1, bpc, accuracy: 0.5 };
  await new Run(path).note(validation);
}

/** A finished training of 1 bit per character, and a newer one that has come so far. */
async function retraining(t: TestContext, stage: Stage): Promise<Runs> {
  const storage = temporaryFolder(t);
  await write(storage, 'previous-run', { bpc: 1, isComplete: true });
  await write(storage, 'run', stage);
  return new Runs(storage);
}

/** Of which run the model is that completes; each checkpoint here says whose it is. */
function completing(runs: Runs): string {
  return readFileSync(runs.newestCheckpoint() ?? assert.fail('no model'), 'utf8');
}

for (const [why, stage, model] of [
  ['the run before completes until there is a checkpoint', { bpc: null }, 'previous-run'],
  ['and while the new one is worse', { bpc: 1.1 }, 'previous-run'],
  ['the new one completes when it is as good', { bpc: 1 }, 'run'],
  ['and when it is at its end, however good', { bpc: 1.1, isComplete: true }, 'run'],
  ['or where nothing is held out to measure it by', { bpc: 1.1, validationFiles: 0 }, 'run'],
] as const) {
  test(why, async (t) => {
    const runs = await retraining(t, stage);
    assert.equal(completing(runs), model);
    await runs.settle();
    assert.equal(completing(runs), model);
    const isKept = existsSync(join(runs.current.path, '..', 'previous-run'));
    assert.equal(isKept, stage.bpc !== null && model === 'previous-run', 'a run before is kept where it is needed');
  });
}

test('a training that stopped while it was worse can be resumed, and gives way to a new one', async (t) => {
  const runs = await retraining(t, { bpc: 1.1 });
  await runs.settle();
  assert.notEqual(runs.paused(), null);
  await runs.setAside();
  assert.ok(!existsSync(runs.current.path));
  assert.equal(completing(runs), 'previous-run');
});

/** As many windows as the issue had, each with a server of its own. */
const WINDOWS = 10;

function windows(storage: string): Runs[] {
  return Array.from({ length: WINDOWS }, () => new Runs(storage));
}

test('models that many delete at once are deleted once, and nobody fails', async (t) => {
  const { current } = await retraining(t, { bpc: 1.1 });
  const storage = join(current.path, '..');
  mkdirSync(join(storage, 'deleted-by-a-process-that-was-killed', 'checkpoints'), { recursive: true });
  const deleted = await Promise.all(windows(storage).map((runs) => runs.deleteAll()));
  assert.deepEqual(deleted.sort(), [...Array(WINDOWS - 1).fill(0), 2]);
  assert.deepEqual(readdirSync(storage), []);
});

test('a run that vanishes under whoever deletes it, or sets it aside, is deleted', async (t) => {
  for (const change of ['deleteAll', 'setAside'] as const) {
    const runs = await retraining(t, { bpc: 1, isComplete: true });
    const { path } = runs.current;
    const { rename } = fs.promises;
    const renames = t.mock.method(fs.promises, 'rename', async (from: string, to: string) => {
      // Somebody is quicker, just when the lock is about to be taken.
      rmSync(path, { recursive: true, force: true });
      await rename(from, to);
    });
    await runs[change]();
    assert.ok(renames.mock.callCount() > 0);
    renames.mock.restore();
    assert.ok(!existsSync(path));
  }
});

test('of many who set a model aside at once none loses it', async (t) => {
  const storage = temporaryFolder(t);
  await write(storage, 'previous-run', { bpc: 1.2, isComplete: true });
  await write(storage, 'run', { bpc: 1, isComplete: true });
  await Promise.all(windows(storage).map((runs) => runs.setAside()));
  assert.deepEqual(readdirSync(storage), ['previous-run']);
  const all = windows(storage);
  const runs = all[0]!;
  assert.equal(completing(runs), 'run');
  assert.ok(!existsSync(join(storage, 'previous-run', 'trainer.lock')));
  await Promise.all(all.map((window) => window.settle()));
  assert.equal(completing(runs), 'run');
  assert.deepEqual(readdirSync(storage), ['run']);
});

test('a read-only disk is called that where models are to be deleted or set aside', async (t) => {
  const runs = await retraining(t, { bpc: 1, isComplete: true });
  const storage = join(runs.current.path, '..');
  if (spawnSync('mount', ['--bind', '-o', 'ro', storage, storage]).status !== 0) {
    return t.skip('needs the right to mount a folder (root on Linux)');
  }
  try {
    for (const change of [() => runs.deleteAll(), () => runs.setAside(), () => runs.settle()]) {
      await assert.rejects(change, /^UserError: The models in .* cannot be changed: the disk is read-only\.$/);
    }
  } finally {
    spawnSync('umount', [storage]);
  }
});

test('the checkpoint that completes is told from any other, and from none', async (t) => {
  const runs = await retraining(t, { bpc: 1 });
  const first = runs.checkpointIdentity();
  assert.equal(runs.checkpointIdentity(), first);
  rmSync(runs.current.latestPath);
  const previous = runs.checkpointIdentity();
  await runs.deleteAll();
  assert.equal(runs.checkpointIdentity(), null);
  assert.equal(new Set([first, previous, null]).size, 3);
});
