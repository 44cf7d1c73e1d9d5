import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readRegularFile, readRegularFileSync } from '../../src/storage/regular-file';

const isPosix = process.platform !== 'win32';

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-file-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

for (const [name, read] of [
  ['readRegularFile', readRegularFile],
  ['readRegularFileSync', async (path: string, most: number) => readRegularFileSync(path, most)],
] as const) {
  test(`${name} gives the bytes of a file up to its limit and refuses a larger one`, async (t) => {
    const path = join(folderFor(t), 'a.py');
    writeFileSync(path, 'x = 1\n');
    assert.equal((await read(path, 6)).toString(), 'x = 1\n');
    await assert.rejects(read(path, 5), { code: 'EFBIG' });
  });

  test(`${name} refuses a folder and a missing file by their codes`, async (t) => {
    const folder = folderFor(t);
    await assert.rejects(read(folder, 100), { code: 'EISDIR' });
    await assert.rejects(read(join(folder, 'none'), 100), { code: 'ENOENT' });
  });

  test(`${name} neither waits for a FIFO nor reads a device`, { skip: !isPosix }, async (t) => {
    const folder = folderFor(t);
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    symlinkSync('/dev/zero', join(folder, 'zeros'));
    await assert.rejects(read(join(folder, 'fifo'), 100), { code: 'ENOTREG' });
    await assert.rejects(read(join(folder, 'zeros'), 100), { code: 'ENOTREG' });
  });
}
