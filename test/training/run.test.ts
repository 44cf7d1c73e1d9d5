import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import type { TrainingEvent, TrainRequest } from '../../src/protocol/training-events';
import { Recipe, recipeFor } from '../../src/training/recipe';
import { openRun, Run } from '../../src/training/run';
import { train } from '../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from './project';

const posix = { skip: process.platform === 'win32' ? 'Windows has neither modes nor pipes' : false };

const NEVER = new AbortController().signal;

/** A run that was stopped at its first sample but one. */
async function stoppedRun(t: TestContext, request = smallRequest(pythonProject(t), join(temporaryFolder(t), 'run'))) {
  const stop = new AbortController();
  await train(request, (event) => event.kind === 'sample' && event.epoch > 0.1 && stop.abort(), stop.signal);
  return request;
}

function resume(request: TrainRequest, emit: (event: TrainingEvent) => void = () => {}) {
  return train({ ...request, resume: true }, emit, NEVER);
}

/** Every file and folder of a run, and its mode. */
function modes(path: string): string[] {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return ['', ...names].map((name) => `${(statSync(join(path, name)).mode & 0o777).toString(8)} ${name}`);
}

test('what a run keeps is for its owner alone, from the first folder that is made', posix, async (t) => {
  const place = temporaryFolder(t);
  chmodSync(place, 0o755);
  const request = await stoppedRun(t, smallRequest(pythonProject(t), join(place, 'runs', 'first')));
  for (const line of modes(join(place, 'runs'))) {
    assert.match(line, /^(?:700 (?:|first|.*checkpoints)|600 .*\..*)$/);
  }
  assert.ok(existsSync(join(request.run, 'samples.jsonl')));
  assert.equal((statSync(place).mode & 0o777).toString(8), '755', 'what was there is left alone');
});

for (const [how, open] of [
  ['opened', (request: TrainRequest) => openRun(request.run)],
  ['resumed', (request: TrainRequest) => resume(request)],
] as const) {
  test(`a run that others can read is closed to them when it is ${how}`, posix, async (t) => {
    const request = await stoppedRun(t);
    for (const name of readdirSync(request.run, { recursive: true, encoding: 'utf8' })) {
      const path = join(request.run, name);
      chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
    }
    chmodSync(request.run, 0o755);
    await open(request);
    for (const line of modes(request.run)) {
      assert.match(line, /^(?:700 |600 .*\..)/);
    }
  });
}

test('a folder that holds more than a run stays open to others, the run’s own files do not', posix, async (t) => {
  const request = await stoppedRun(t);
  writeFileSync(join(request.run, 'notes.txt'), '', { mode: 0o644 });
  chmodSync(request.run, 0o755);
  chmodSync(join(request.run, 'run.json'), 0o644);
  openRun(request.run);
  assert.ok(modes(request.run).includes('755 '));
  assert.ok(modes(request.run).includes('644 notes.txt'));
  assert.ok(modes(request.run).includes('600 run.json'));
});

test('a run.json that vanishes while its training goes on is written again', async (t) => {
  const request = smallRequest(pythonProject(t), join(temporaryFolder(t), 'run'));
  const path = join(request.run, 'run.json');
  await train(request, (event) => event.kind === 'sample' && rmSync(path, { force: true }), NEVER);
  assert.ok(openRun(request.run).isComplete);
});

type Part = 'request' | 'recipe' | 'limits' | 'started' | 'finished';

/** Changes run.json as somebody might who gives a run away. */
function edit(run: string, change: (info: Record<Part, Record<string, unknown>>) => void): void {
  const path = join(run, 'run.json');
  const info = JSON.parse(readFileSync(path, 'utf8'));
  change(info);
  writeFileSync(path, JSON.stringify(info));
}

for (const [what, change, words] of [
  [
    'layers beyond every limit',
    (info) => Object.assign(info.recipe.model as object, { layers: 1e9 }),
    /layers must be/,
  ],
  ['no units', (info) => Object.assign(info.recipe.model as object, { units: 0 }), /units must be/],
  ['a minibatch of any size', (info) => Object.assign(info.recipe, { batch: 1e9 }), /batch must be .* from 1 to 4096/],
  ['half a step', (info) => Object.assign(info.recipe, { seqlen: 0.5 }), /seqlen must be/],
  ['an end that never comes', (info) => Object.assign(info.limits, { epochs: -1 }), /epochs must be/],
] as const satisfies [string, (info: Record<Part, Record<string, unknown>>) => void, RegExp][]) {
  test(`a run.json with ${what} is refused in one sentence`, async (t) => {
    const request = await stoppedRun(t);
    edit(request.run, change);
    await assert.rejects(resume(request), (error: Error) => {
      assert.equal(error.name, 'UserError');
      assert.match(error.message, /^[^\n]*run\.json is damaged or [^\n]*; train into another folder\.$/);
      assert.match(error.message, words);
      return true;
    });
  });
}

test('a run.json with a number too large for JavaScript is refused', async (t) => {
  const request = await stoppedRun(t);
  const path = join(request.run, 'run.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"seed": 1\b/, '"seed": 1e999'));
  assert.match(readFileSync(path, 'utf8'), /1e999/);
  assert.throws(() => openRun(request.run), /run\.json is damaged/);
});

test('keys of JavaScript’s objects in a run.json do nothing', async (t) => {
  const request = await stoppedRun(t);
  const path = join(request.run, 'run.json');
  const text = readFileSync(path, 'utf8').replace('{', '{"__proto__":{"finished":1},"constructor":1,');
  writeFileSync(path, text.replace('"recipe": {', '"recipe": {"__proto__":{"polluted":1},'));
  const info = openRun(request.run).info();
  assert.equal(info.finished?.reason, 'stopped');
  assert.ok(!('polluted' in info.recipe) && !('polluted' in {}));
  assert.equal((await resume(request)).reason, 'completed');
});

test('a run.json that is a pipe, a folder or larger than any is refused', posix, async (t) => {
  const request = await stoppedRun(t);
  const path = join(request.run, 'run.json');
  truncateSync(path, 3e9);
  assert.throws(() => openRun(request.run), /^UserError: .*run\.json cannot be read: it is too large\.$/);
  rmSync(path);
  execFileSync('mkfifo', [path]);
  assert.throws(() => openRun(request.run), /^UserError: .*run\.json cannot be read: it is not a regular file\.$/);
  rmSync(path);
  mkdirSync(path);
  assert.throws(() => openRun(request.run), /^UserError: .*run\.json cannot be read: it is a folder\.$/);
});

test('the paths in a run’s files lead nowhere: it works in its own folder, wherever that is now', async (t) => {
  const request = await stoppedRun(t);
  const elsewhere = temporaryFolder(t);
  const moved = { ...request, run: `${request.run}-moved` };
  renameSync(request.run, moved.run);
  edit(moved.run, ({ request, started, finished }) => {
    for (const part of [request, started, finished]) {
      part.run = elsewhere;
    }
  });
  const events = openRun(moved.run).events();
  assert.ok(!JSON.stringify(events).includes(elsewhere));
  await resume(moved);
  assert.deepEqual(readdirSync(elsewhere), []);
  assert.ok(!existsSync(request.run));
});

test('a run with links out of its folder is not written through them', posix, async (t) => {
  const request = await stoppedRun(t);
  const elsewhere = temporaryFolder(t);
  const victim = join(elsewhere, 'victim');
  writeFileSync(victim, 'untouched');
  for (const name of ['metrics.jsonl', 'samples.jsonl', 'run.json.partial', 'trainer.lock']) {
    rmSync(join(request.run, name), { force: true });
    symlinkSync(victim, join(request.run, name));
  }
  assert.equal((await resume(request)).reason, 'completed');
  assert.equal(readFileSync(victim, 'utf8'), 'untouched');

  renameSync(join(request.run, 'checkpoints'), join(elsewhere, 'checkpoints'));
  symlinkSync(join(elsewhere, 'checkpoints'), join(request.run, 'checkpoints'));
  const before = readdirSync(join(elsewhere, 'checkpoints'));
  await assert.rejects(
    resume({ ...request, epochs: 2 }),
    /^UserError: .*checkpoints is a symbolic link, and a training writes in its own folder alone/,
  );
  assert.deepEqual(readdirSync(join(elsewhere, 'checkpoints')), before);
  assert.ok(!existsSync(join(request.run, 'trainer.lock')), 'nothing holds it');
});

test('what a kill left beside the files goes when the run is trained again, and nothing else does', async (t) => {
  const request = await stoppedRun(t);
  const checkpoints = join(request.run, 'checkpoints');
  const left = ['epoch-0.0312.safetensors.partial', 'latest.safetensors.partial'].map((name) =>
    join(checkpoints, name),
  );
  left.push(...['metrics.jsonl.partial', 'trainer.lock.renewal'].map((name) => join(request.run, name)));
  const others = [join(checkpoints, 'film.partial'), join(request.run, 'film.partial')];
  for (const path of [...left, ...others]) {
    writeFileSync(path, 'half');
  }
  assert.equal((await resume(request)).reason, 'completed');
  assert.deepEqual([...left, ...others].filter(existsSync), others);
});

test('a checkpoint of another network than run.json says is refused', async (t) => {
  const request = await stoppedRun(t);
  const other = await stoppedRun(t, { ...request, units: 9, run: `${request.run}-other` });
  writeFileSync(new Run(request.run).latestPath, readFileSync(new Run(other.run).latestPath));
  await assert.rejects(resume(request), /^UserError: .*latest\.safetensors is of another training than run\.json/);
});

/** A disk that can be made read-only, or null where this process may not mount one. */
function disk(t: TestContext): { folder: string; makeReadOnly: () => void } | null {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-disk-'));
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  t.after(() => {
    spawnSync('umount', [folder]);
    rmdirSync(folder);
  });
  const makeReadOnly = () => void execFileSync('mount', ['-o', 'remount,ro', folder]);
  return mount.status === 0 ? { folder, makeReadOnly } : null;
}

test('a read-only disk is called that, for a new run, a resumed one and one that is being trained', async (t) => {
  const place = disk(t);
  if (place === null) {
    return t.skip('needs the right to mount a disk (root on Linux)');
  }
  const request = smallRequest(pythonProject(t), join(place.folder, 'run'));
  const message = /^[^\n]*: the disk is read-only\.$/;
  let isReadOnly = false;
  const training = train(
    request,
    (event) => {
      if (isReadOnly || event.kind !== 'sample') {
        return;
      }
      isReadOnly = true;
      place.makeReadOnly();
    },
    NEVER,
  );
  await assert.rejects(training, { name: 'UserError', message });
  assert.ok(existsSync(join(request.run, 'trainer.lock')), 'the lock cannot be removed, which hides no sentence');
  await assert.rejects(resume(request), { name: 'UserError', message });
  const anew = { ...request, run: join(place.folder, 'runs', 'another') };
  await assert.rejects(
    train(anew, () => {}, NEVER),
    { name: 'UserError', message },
  );
});

test('a training whose lock was taken over while it stood still ends in a sentence and writes nothing more', async (t) => {
  const request = smallRequest(pythonProject(t), join(temporaryFolder(t), 'run'));
  const path = join(request.run, 'trainer.lock');
  const content = () =>
    readdirSync(request.run, { recursive: true, encoding: 'utf8' }).map((name) => {
      const file = join(request.run, name);
      return [name, statSync(file).isFile() && readFileSync(file, 'base64')];
    });
  let before: unknown;
  const training = train(
    request,
    (event) => {
      if (before !== undefined || event.kind !== 'checkpoint') {
        return;
      }
      writeFileSync(path, JSON.stringify({ pid: 7, host: 'elsewhere', started: null, taken: Date.now() }));
      before = content();
    },
    NEVER,
  );
  await assert.rejects(
    training,
    /^UserError: .*run was taken over by process 7 on elsewhere while this training stood/,
  );
  assert.deepEqual(content(), before);
});

test('a recipe of an older run opens, by the name that its initialisation had', () => {
  const { preset, model, batch, seqlen, schedule, clipNorm, seed } = recipeFor(smallRequest('', ''));
  const older = { preset, model, batch, seqlen, schedule, clipNorm, seed };
  assert.equal(v.parse(Recipe, { ...older, initialisation: 'seeing' }).initialisation, 'one-hot-lecun');
  assert.equal(v.parse(Recipe, older).initialisation, 'talk');
});
