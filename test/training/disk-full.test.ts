import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readCheckpoint } from '../../src/model/checkpoint';
import { openRun } from '../../src/training/run';
import { train } from '../../src/training/train';
import { pythonProject, smallRequest } from './project';

/** A disk of 300 KiB, or null where this process may not mount one. */
function smallDisk(t: TestContext): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-disk-'));
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', folder]);
  t.after(() => {
    spawnSync('umount', [folder]);
    rmdirSync(folder);
  });
  return mount.status === 0 ? folder : null;
}

/** Fills the disk of `folder` to the last byte; gives the file that does. */
function fill(folder: string): string {
  const path = join(folder, 'filler');
  for (let size = 1 << 16; size >= 1; size >>= 4) {
    try {
      for (;;) {
        writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
      }
    } catch {
      // Full for this size.
    }
  }
  return path;
}

test('a disk that fills up stops a training with a sentence, and the last checkpoint stays', async (t) => {
  const disk = smallDisk(t);
  if (disk === null) {
    t.skip('needs the right to mount a small disk (root on Linux)');
    return;
  }
  const request = smallRequest(pythonProject(t), join(disk, 'run'));
  let filler = '';
  const training = train(
    request,
    (event) => {
      if (filler === '' && event.kind === 'checkpoint') {
        filler = fill(disk);
      }
    },
    new AbortController().signal,
  );
  await assert.rejects(training, { name: 'UserError', message: /disk is full/i });

  const run = openRun(request.run);
  const { metadata } = await readCheckpoint(run.latestPath);
  assert.ok(metadata.step > 0);
  assert.deepEqual(
    readdirSync(join(run.path, 'checkpoints')).filter((name) => !name.endsWith('.safetensors')),
    [],
  );

  rmSync(filler);
  const resumed = await train({ ...request, resume: true }, () => {}, new AbortController().signal);
  assert.equal(resumed.reason, 'completed');
});
