import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { asJson } from '../../src/cli/train';
import { openRun, Run } from '../../src/training/run';
import { finished } from '../panel/events';
import { pythonProject, temporaryFolder } from '../training/project';
import { gone, trainerOf } from '../training/trainer-process';
import { start, understudy } from './run';

const SMALL = '--layers 1 --units 8 --batch 4 --seqlen 8 --engine reference --holdout every-10th'.split(' ');

test('a training whose output nobody reads any more stops with its state kept, and says how to go on', async (t) => {
  const run = join(temporaryFolder(t), 'run');
  const folder = pythonProject(t);
  const { child, end } = start(run, 'train', folder, ...SMALL, '--epochs', '50', '--out', run);
  let trainer: number | null = null;
  child.stdout?.on('data', (text) => {
    if (trainer !== null || !/what it writes at epoch 0\.1/.test(String(text))) {
      return;
    }
    trainer = trainerOf(run);
    child.stdout?.destroy();
  });
  const { code, stderr } = await end;
  assert.equal(code, 141, stderr);
  assert.match(stderr, /^understudy: Nobody reads its output any more, so the training was stopped\. Stopped: epoch /);
  assert.match(stderr, /^Saved\. To go on: {2}understudy train .* --resume$/m);
  await gone(trainer ?? assert.fail('it has trained'));
  assert.equal(openRun(run).info().finished?.reason, 'stopped');
  const resumed = await understudy(
    run,
    'train',
    folder,
    '--engine',
    'reference',
    '--out',
    run,
    '--resume',
    '--json',
    '--epochs',
    '3',
  );
  assert.equal(JSON.parse(resumed.stdout).epoch, 3, resumed.stderr);
});

test('a training whose log nobody reads any more goes on to its JSON', async (t) => {
  const run = join(temporaryFolder(t), 'run');
  const { child, end } = start(run, 'train', pythonProject(t), ...SMALL, '--epochs', '1', '--out', run, '--json');
  child.stderr?.once('data', () => child.stderr?.destroy());
  const { code, stdout } = await end;
  assert.equal(code, 0);
  const { reason, epoch } = JSON.parse(stdout);
  assert.deepEqual([reason, epoch], ['completed', 1]);
});

test('a training that was stopped before its first step, and left no run, has its JSON too', () => {
  const run = join(tmpdir(), 'understudy-nowhere');
  const nothing = { characters: 0, seconds: 0, charactersPerSecond: 0, trainBpc: null };
  const end = { ...finished(0), ...nothing, run, reason: 'stopped' } as const;
  const { reason, characters, engine, samples } = asJson(end, new Run(run));
  assert.deepEqual([reason, characters, engine, samples], ['stopped', 0, null, []]);
});

test('a result that nobody reads is no failure', async (t) => {
  const { child, end } = start(temporaryFolder(t), '--help');
  child.stdout?.destroy();
  const { code, stderr } = await end;
  assert.deepEqual([code, stderr], [0, '']);
});
