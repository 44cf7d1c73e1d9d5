import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as v from 'valibot';
import { RunSummary } from '../../src/protocol/run-summary';
import { Run } from '../../src/training/run';
import { summariseRun } from '../../src/training/summarise-run';
import { train } from '../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from './project';

const NEVER = new AbortController().signal;

test('the summary of a run has its configuration, its figures and its curve', async (t) => {
  const path = join(temporaryFolder(t), 'run');
  const finished = await train(smallRequest(pythonProject(t), path, { epochs: 2, seed: 3 }), () => {}, NEVER);
  const run = new Run(path);
  const { name, bytes, created, details } = summariseRun(run);
  assert.ok(v.is(RunSummary, { id: '', isCurrent: true, name, bytes, created, details }));
  assert.match(name, /^\d+ \w+ \d{4}, \d\d:\d\d, fast$/);
  assert.ok(bytes > 30_000);
  const { layers, units, seed, isComplete, epoch, characters, curve, best, checkpoints } = details!;
  assert.deepEqual(
    { layers, units, seed, isComplete, epoch },
    { layers: 1, units: 8, seed: 3, isComplete: true, epoch: 2 },
  );
  assert.equal(characters, finished.characters);
  assert.deepEqual(
    checkpoints,
    run.checkpoints().map((checkpoint) => checkpoint.epoch),
  );
  assert.equal(curve.at(-1)?.bpc, finished.validationBpc);
  assert.equal(best?.bpc, Math.min(...curve.map(({ bpc }) => bpc)));
});

test('a long curve is thinned evenly, from its first point to its last, and the best of all is told', async (t) => {
  const path = join(temporaryFolder(t), 'run');
  await train(smallRequest(pythonProject(t), path, { epochs: 0.1 }), () => {}, NEVER);
  const point = { kind: 'validation', step: 1, seconds: 1, characters: 1, accuracy: 0.5 };
  const lines = Array.from({ length: 1001 }, (_, i) => JSON.stringify({ ...point, epoch: i, bpc: i === 777 ? 1 : 2 }));
  writeFileSync(join(path, 'metrics.jsonl'), lines.join('\n'));
  const { curve, best } = summariseRun(new Run(path)).details!;
  assert.deepEqual([curve.length, curve[0]?.epoch, curve.at(-1)?.epoch], [200, 0, 1000]);
  const steps = curve.slice(1).map(({ epoch }, i) => epoch - curve[i]!.epoch);
  assert.ok(steps.every((step) => step === 5 || step === 6));
  assert.deepEqual(best, { bpc: 1, epoch: 777 });
});
