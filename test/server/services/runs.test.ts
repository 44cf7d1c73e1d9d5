import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs, { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ALPHABET, readCheckpoint, writeCheckpointFile } from '../../../src/model/checkpoint';
import { parameterCount } from '../../../src/model/layout';
import { Runs } from '../../../src/server/services/runs';
import { lockRun } from '../../../src/storage/lock';
import { Run, type RunInfo } from '../../../src/training/run';
import { gru } from '../../models';
import { smallRequest, temporaryFolder } from '../../training/project';

interface Stage {
  /** Of its newest checkpoint; null before the first. */
  readonly bpc: number | null;
  readonly isComplete?: boolean;
  readonly validationFiles?: number;
  /** When it began. */
  readonly created?: string;
}

/** Writes the files of a training that has come so far into `storage`. */
async function write(storage: string, folder: string, stage: Stage) {
  const { bpc, isComplete = false, validationFiles = 1, created = '' } = stage;
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
  const facts = { run: path, engine: 'native', device: '', mode: '', preset: 'fast' };
  const size = { ...gru(1, 8), parameters: 1, batch: 1, seqlen: 8, epochsPerStep: 1, fromEpoch: 0, notice: null };
  const info: RunInfo = {
    formatVersion: 1,
    created,
    request: smallRequest('/project', path),
    recipe: {
      preset: 'fast',
      model: gru(1, 8),
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

/** Which runs were set aside; each checkpoint here says whose it is. */
function earlier(storage: string): string[] {
  const folder = join(storage, 'runs');
  return (existsSync(folder) ? readdirSync(folder) : []).map((id) =>
    readFileSync(new Run(join(folder, id)).newest() ?? assert.fail('no model'), 'utf8'),
  );
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
    const storage = join(runs.current.path, '..');
    const isNeeded = stage.bpc !== null && model === 'previous-run';
    assert.equal(existsSync(join(storage, 'previous-run')), isNeeded);
    assert.deepEqual(earlier(storage), model === 'run' ? ['previous-run'] : [], 'what is not needed is set aside');
  });
}

test('a training that stopped while it was worse can be resumed, and gives way to a new one', async (t) => {
  const runs = await retraining(t, { bpc: 1.1 });
  await runs.settle();
  assert.notEqual(runs.paused(), null);
  await runs.setAside();
  assert.ok(!existsSync(runs.current.path));
  assert.equal(completing(runs), 'previous-run');
  assert.deepEqual(earlier(join(runs.current.path, '..')), ['run']);
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
  await write(storage, join('runs', 'one'), { bpc: 1 });
  await write(storage, join('runs', 'two'), { bpc: null });
  const deleted = await Promise.all(windows(storage).map((runs) => runs.deleteAll()));
  assert.deepEqual(deleted.sort(), [...Array(WINDOWS - 1).fill(0), 4]);
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
  assert.deepEqual(readdirSync(storage), ['previous-run', 'runs']);
  const all = windows(storage);
  const runs = all[0]!;
  assert.equal(completing(runs), 'run');
  assert.ok(!existsSync(join(storage, 'previous-run', 'trainer.lock')));
  await Promise.all(all.map((window) => window.settle()));
  assert.equal(completing(runs), 'run');
  assert.deepEqual(readdirSync(storage), ['run', 'runs']);
  assert.deepEqual(earlier(storage), ['previous-run']);
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

const MODEL = gru(1, 8);

/** Writes a checkpoint of `epoch` as a training does: with what a resume needs where it is the newest. */
async function writeWeights(path: string, epoch: number, isFull: boolean) {
  const parameters = new Float32Array(parameterCount(MODEL)).fill(epoch);
  const figures = { trainBpc: 2, validationBpc: 1, validationAccuracy: 0.5, operatingPoints: null };
  const metadata = { model: MODEL, alphabet: ALPHABET, epoch, step: 1, corpusFingerprint: '', preset: 'fast' };
  const sizes = { batch: 1, seqlen: 8, hidden: new Float32Array(8), position: {} };
  const full = { ...sizes, unaveraged: null, firstMoment: parameters, secondMoment: parameters };
  await writeCheckpointFile(path, parameters, { formatVersion: 1, ...metadata, ...figures }, isFull ? full : undefined);
}

/** A run with weights of the epochs 1 and 2.5, and all that it needs to go on. */
async function writeWhole(storage: string, folder: string, stage: Stage) {
  await write(storage, folder, stage);
  const run = new Run(join(storage, folder));
  await writeWeights(run.checkpointPath(1), 1, false);
  await writeWeights(run.latestPath, 2.5, true);
}

/** Two complete trainings, of which the newer one completes. */
async function twoRuns(t: TestContext): Promise<string> {
  const storage = temporaryFolder(t);
  await writeWhole(storage, 'previous-run', { bpc: 1, isComplete: true, created: '2026-11-01T10:00:00.000Z' });
  await writeWhole(storage, 'run', { bpc: 0.9, isComplete: true, created: '2026-11-02T10:00:00.000Z' });
  return storage;
}

/** Both runs, wherever they are, are whole: their weights and metrics are there. */
async function assertWhole(storage: string) {
  const runs = new Runs(storage);
  const ids = (await runs.summaries()).map(({ id }) => id);
  assert.deepEqual(ids, ['2026-11-02T10-00-00-000Z', '2026-11-01T10-00-00-000Z']);
  for (const [i, id] of ids.entries()) {
    const run = runs.find(id);
    const newest = await readCheckpoint(run.newest()!);
    assert.deepEqual([newest.metadata.epoch, newest.parameters[0]], [2.5, 2.5]);
    assert.equal((await readCheckpoint(run.checkpointPath(1))).parameters[0], 1);
    assert.equal(run.validationBpc(), [0.9, 1][i]);
  }
}

test('a run that is set aside keeps its weights and figures, and gives up its training state', async (t) => {
  const storage = await twoRuns(t);
  await new Runs(storage).settle();
  await assertWhole(storage);
  const run = new Run(join(storage, 'runs', '2026-11-01T10-00-00-000Z'));
  assert.deepEqual(readdirSync(join(run.path, 'checkpoints')), ['epoch-1.safetensors', 'epoch-2.5.safetensors']);
  assert.equal((await readCheckpoint(run.newest()!)).full, null);
  assert.ok(!existsSync(join(run.path, 'trainer.lock')));
});

test('whatever moment a process is ended at while it sets runs aside, each of them is whole', async (t) => {
  /** Calls that were done, of those that change something. */
  let done = 0;
  for (let last = 0; ; last++) {
    const storage = await twoRuns(t);
    done = 0;
    const mocks = [
      ...(['rename', 'rm', 'writeFile', 'open'] as const).map((name) => [fs.promises, name] as const),
      ...(['rmSync', 'mkdirSync'] as const).map((name) => [fs, name] as const),
    ].map(([module, name]) => {
      const original = Reflect.get(module, name);
      return t.mock.method(module as typeof fs, name as 'rmSync', (...given: unknown[]) => {
        if (done++ === last) {
          throw new Error('ended');
        }
        return original(...given);
      });
    });
    const work = new Runs(storage).setAside().then(() => new Runs(storage).settle());
    const isEnded = await work.then(
      () => false,
      () => true,
    );
    for (const mock of mocks) {
      mock.mock.restore();
    }
    await assertWhole(storage);
    await new Runs(storage).settle();
    await assertWhole(storage);
    if (!isEnded && done <= last) {
      break;
    }
  }
  assert.ok(done > 10, `${done} calls`);
});

test('as many runs are kept as there is room for, and the oldest go first', async (t) => {
  const storage = temporaryFolder(t);
  for (const day of ['03', '01', '02', '04']) {
    await write(storage, join('runs', `2026-11-${day}`), { bpc: 1, created: `2026-11-${day}` });
  }
  const kept = () => readdirSync(join(storage, 'runs'));
  await new Runs(storage, { runs: 3, bytes: 1e9 }).settle();
  assert.deepEqual(kept(), ['2026-11-02', '2026-11-03', '2026-11-04']);
  const [{ bytes } = assert.fail()] = await new Runs(storage).summaries();
  await new Runs(storage, { runs: 3, bytes: 2.5 * bytes }).settle();
  assert.deepEqual(kept(), ['2026-11-03', '2026-11-04']);
});

test('a run that is too large by itself keeps its newest weights', async (t) => {
  const storage = await twoRuns(t);
  const [{ bytes } = assert.fail()] = await new Runs(storage).summaries();
  // Without its training state the run has two checkpoints, of some 11 kB each.
  await new Runs(storage, { runs: 3, bytes: bytes / 3 }).settle();
  assert.deepEqual(readdirSync(join(storage, 'runs', '2026-11-01T10-00-00-000Z', 'checkpoints')), [
    'epoch-2.5.safetensors',
  ]);
});

test('a run keeps its id and its name where it is set aside', async (t) => {
  const storage = await twoRuns(t);
  const runs = new Runs(storage);
  const before = await runs.summaries();
  assert.deepEqual(
    before.map(({ id, isCurrent }) => [id, isCurrent]),
    [
      ['2026-11-02T10-00-00-000Z', true],
      ['2026-11-01T10-00-00-000Z', false],
    ],
  );
  assert.match(before[0]!.name, /^2 November 2026, \d\d:\d\d, fast$/);
  await runs.rename(before[0]!.id, '  without tests ');
  await runs.setAside();
  await write(storage, 'run', { bpc: 0.8, created: '2026-11-03T10:00:00.000Z' });
  await runs.settle();
  const [newest, second, oldest] = await runs.summaries();
  assert.deepEqual([newest?.isCurrent, second?.id, second?.name], [true, before[0]!.id, 'without tests']);
  assert.deepEqual([oldest?.id, oldest?.name], [before[1]!.id, before[1]!.name]);
  await runs.rename(second!.id, '');
  assert.equal((await runs.summaries())[1]!.name, before[0]!.name);
  await assert.rejects(runs.rename(second!.id, 'x'.repeat(101)), /^UserError: The name .* at most 100 characters\.$/);
  for (const id of ['..', 'run', '']) {
    await assert.rejects(runs.rename(id, 'x'), /^UserError: There is no such training any more: it was deleted\.$/);
  }
});

test('a run is deleted by its id, and where it was the current one the one before completes', async (t) => {
  const storage = temporaryFolder(t);
  await write(storage, join('runs', 'old'), { bpc: 2, created: '2026-10-01' });
  await write(storage, 'previous-run', { bpc: 1, isComplete: true, created: '2026-11-01' });
  await write(storage, 'run', { bpc: 1.5, created: '2026-11-02' });
  const runs = new Runs(storage);
  await runs.delete('old');
  assert.deepEqual(earlier(storage), []);
  await assert.rejects(runs.delete('old'), /^UserError: There is no such training any more/);
  const lock = await lockRun(runs.current.path);
  await assert.rejects(runs.delete('2026-11-02'), /^UserError: .* is already being trained by process \d+/);
  lock.release();
  await runs.delete('2026-11-02');
  assert.equal(completing(runs), 'previous-run');
  assert.deepEqual(
    (await runs.summaries()).map(({ id, isCurrent }) => [id, isCurrent]),
    [['2026-11-01', true]],
  );
});

test('a run whose files are damaged has a size and can be deleted', async (t) => {
  const storage = await twoRuns(t);
  await new Runs(storage).settle();
  const [id] = readdirSync(join(storage, 'runs'));
  writeFileSync(join(storage, 'runs', id!, 'run.json'), '{');
  const runs = new Runs(storage);
  const [, damaged] = await runs.summaries();
  assert.deepEqual([damaged?.id, damaged?.details, damaged?.name], [id, null, 'Damaged run']);
  assert.ok(damaged!.bytes > 10_000);
  await runs.delete(id!);
  assert.equal((await runs.summaries()).length, 1);
});
