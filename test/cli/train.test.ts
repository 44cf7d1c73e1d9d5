import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openRun } from '../../src/training/run';
import { pythonProject, temporaryFolder } from '../training/project';
import { gone, trainerOf } from '../training/trainer-process';
import { start, understudy } from './run';

const SMALL = '--layers 1 --units 8 --batch 4 --seqlen 8 --engine reference --holdout every-10th'.split(' ');

test('train --json prints one object with the figures and samples, and its log elsewhere', async (t) => {
  const run = join(temporaryFolder(t), 'run');
  const folder = pythonProject(t);
  const { code, stdout, stderr } = await understudy(
    run,
    'train',
    folder,
    ...SMALL,
    '--epochs',
    '1',
    '--out',
    run,
    '--prompt',
    'x = ',
    '--json',
  );
  assert.equal(code, 0, stderr);
  const result = JSON.parse(stdout);
  const { samples, ...figures } = result;
  assert.deepEqual(
    [figures.run, figures.engine, figures.device, figures.epoch],
    [run, 'reference', 'CPU, 1 thread', 1],
  );
  for (const key of [
    'seconds',
    'characters',
    'chars_per_second',
    'train_bpc',
    'validation_bpc',
    'validation_accuracy',
  ]) {
    assert.equal(typeof figures[key], 'number', key);
  }
  assert.equal(typeof figures.mode, 'string');
  const prompts = ['\n', 'def ', 'class ', 'import ', 'x = '];
  assert.deepEqual(
    samples.map(({ prompt }: { prompt: string }) => prompt),
    Array.from({ length: 4 }, () => prompts).flat(),
  );
  for (const sample of samples) {
    assert.deepEqual(Object.keys(sample), ['epoch', 'prompt', 'text']);
  }

  assert.match(stderr, /^Learning from 10 files/);
  assert.match(stderr, /── what it writes at epoch 0\.1, validation \d\.\d\d bpc ─+\n│ /);
  assert.equal(stderr.match(/what it writes at/g)?.length, 4, 'one sample of each epoch is shown');
  assert.match(stderr, /100 % · epoch 1\.00 · .* chars\/s · measuring\n/);
  assert.match(stderr, /Done: epoch 1 .*\nValidation: .* on 696 held-out characters\./);
  assert.ok(!stderr.includes('\u001b'), 'no control sequences where there is no terminal');
});

test('by default a run is kept among the user’s data, and found by the folder that was trained on', async (t) => {
  const data = temporaryFolder(t);
  const folder = pythonProject(t);
  const before = readdirSync(folder);
  const { code, stdout, stderr } = await understudy(data, 'train', folder, ...SMALL, '--epochs', '0.1');
  assert.equal(code, 0, stderr);
  const run = /^Run folder: (.*)$/m.exec(stdout)?.[1] ?? assert.fail(stdout);
  assert.ok(run.startsWith(data) && existsSync(join(run, 'run.json')), run);
  assert.deepEqual(readdirSync(folder), before);

  const resumed = await understudy(
    data,
    'train',
    folder,
    '--engine',
    'reference',
    '--epochs',
    '0.2',
    '--resume',
    '--json',
  );
  assert.equal(JSON.parse(resumed.stdout).run, run, resumed.stderr);
  assert.doesNotMatch(resumed.stderr, /have changed/);
});

test('Ctrl-C once stops and saves and says how to go on, which then ends like a training in one go', async (t) => {
  const folder = pythonProject(t);
  const data = temporaryFolder(t);
  const [whole, parts] = [join(data, 'whole'), join(data, 'parts')];
  const { child, end } = start(data, 'train', folder, ...SMALL, '--epochs', '1', '--out', parts);
  child.stdout?.on('data', (text) => {
    if (/what it writes at epoch 0\.1/.test(String(text))) {
      child.kill('SIGINT');
    }
  });
  const stopped = await end;
  assert.equal(stopped.code, 130, stopped.stderr);
  assert.match(stopped.stdout, /Stopping and saving; once more quits at once\./);
  assert.ok(stopped.stdout.includes(`To go on:  understudy train ${folder} --out ${parts} --resume\n`), stopped.stdout);
  assert.ok(!openRun(parts).isComplete);

  const resumed = await understudy(data, 'train', folder, '--engine', 'reference', '--out', parts, '--resume');
  assert.equal(resumed.code, 0, resumed.stderr);
  await understudy(data, 'train', folder, ...SMALL, '--epochs', '1', '--out', whole);
  const samples = (path: string) =>
    openRun(path)
      .events()
      .filter(({ kind }) => kind === 'sample');
  assert.deepEqual(samples(parts), samples(whole));
});

for (const [how, end, code, said] of [
  [
    'a trainer that is killed is told in one sentence',
    ({ trainer }: { trainer: number }) => process.kill(trainer, 'SIGKILL'),
    1,
    /^understudy: The training process ended unexpectedly \(SIGKILL\); a resumed training goes on from the last checkpoint\.\n$/,
  ],
  [
    'Ctrl-C twice ends a trainer that does not answer as well',
    ({ command, trainer }: { command: ChildProcess; trainer: number }) => {
      process.kill(trainer, 'SIGSTOP');
      command.stdout?.on('data', () => command.kill('SIGINT'));
      command.kill('SIGINT');
    },
    130,
    /^$/,
  ],
] as const) {
  test(how, async (t) => {
    const run = join(temporaryFolder(t), 'run');
    const { child: command, end: outcome } = start(run, 'train', pythonProject(t), ...SMALL, '--out', run);
    let trainer: number | null = null;
    command.stdout?.on('data', (text) => {
      if (trainer !== null || !/what it writes at epoch 0\.1/.test(String(text))) {
        return;
      }
      trainer = trainerOf(run);
      end({ command, trainer });
    });
    const { code: exitCode, stderr } = await outcome;
    assert.equal(exitCode, code);
    assert.match(stderr, said);
    assert.ok(trainer !== null && trainer !== command.pid, 'it trains in a process of its own');
    assert.equal(openRun(run).isComplete, false);
    await gone(trainer);
  });
}
