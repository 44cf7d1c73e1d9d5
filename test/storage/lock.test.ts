import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isLockedByOther, lockRun } from '../../src/storage/lock';
import { monotonicSeconds, type ProcessIdentity, thisProcess } from '../../src/storage/process-identity';
import { temporaryFolder } from '../training/project';

interface Lock extends ProcessIdentity {
  readonly taken?: number;
  readonly renewed?: number | null;
}

/** A run folder with this lock, last written `secondsAgo`. */
function locked(t: TestContext, lock: Lock, secondsAgo = 0): string {
  const folder = temporaryFolder(t);
  const path = join(folder, 'trainer.lock');
  writeFileSync(path, JSON.stringify({ taken: Date.now() - secondsAgo * 1000, ...lock }));
  const time = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(path, time, time);
  return folder;
}

/** As versions wrote it that neither renewed locks nor knew boots. */
function old({ pid, host, started }: ProcessIdentity): Lock {
  // Written as JSON, so that what is undefined is missing.
  return { pid, host, started } as Lock;
}

const linux = { skip: process.platform === 'linux' ? false : 'only Linux tells of boots and states' };

/** A process that runs until the test ends. */
async function running(t: TestContext): Promise<Lock> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("on"); setInterval(() => {}, 1000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return {
    ...thisProcess(),
    pid: child.pid as number,
    started: startOf(child.pid as number),
    renewed: monotonicSeconds(),
  };
}

function startOf(pid: number): string | null {
  if (process.platform !== 'linux') {
    return null;
  }
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19]!;
}

async function assertFree(folder: string): Promise<void> {
  assert.ok(!isLockedByOther(folder));
  (await lockRun(folder)).release();
  assert.ok(!existsSync(join(folder, 'trainer.lock')));
}

async function assertHeld(folder: string, words: RegExp): Promise<void> {
  assert.ok(isLockedByOther(folder));
  await assert.rejects(lockRun(folder), { name: 'UserError', message: words });
}

test('a run is locked until it is released', async (t) => {
  const folder = temporaryFolder(t);
  const lock = await lockRun(folder);
  lock.check();
  assert.ok(!isLockedByOther(folder), 'this process is no other');
  await assert.rejects(lockRun(folder), { message: new RegExp(`being trained by process ${process.pid};`) });
  lock.release();
  await assertFree(folder);
});

test('of many who want a run at once one gets it', async (t) => {
  const folder = temporaryFolder(t);
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => lockRun(folder)));
  const got = outcomes.filter(({ status }) => status === 'fulfilled');
  assert.equal(got.length, 1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') {
      assert.match(String(outcome.reason), /^UserError: .* already being trained by/);
    } else {
      outcome.value.release();
    }
  }
});

for (const [format, of] of [
  ['', (lock: Lock) => lock],
  [', with a lock of an earlier version', old],
] as const) {
  test(`a process that runs keeps its lock, however the clock is set${format}`, async (t) => {
    const owner = await running(t);
    const folder = locked(t, of(owner), 30 * 24 * 3600);
    await assertHeld(folder, new RegExp(`already being trained by process ${owner.pid}; stop that one first\\.$`));
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 9 * 24 * 3600 * 1000 });
    assert.ok(isLockedByOther(folder));
  });

  test(`a process that is gone, or another one with its id, has none${format}`, async (t) => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await assertFree(locked(t, of({ ...thisProcess(), pid: child.pid as number })));
    const { pid, ...rest } = await running(t);
    if (rest.started !== null) {
      await assertFree(locked(t, of({ pid, ...rest, started: '1' })));
    }
  });
}

test('a zombie is dead', linux, async (t) => {
  // The child of sh ends after sh has become a sleep, which asks for no child's end.
  const parent = spawn('sh', ['-c', '(echo $(exec sh -c "echo \\$PPID")) & exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => parent.kill('SIGKILL'));
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(line);
  const state = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]![0];
  while (state() !== 'Z') {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(process.kill(pid, 0), 'a signal reaches it');
  await assertFree(locked(t, { ...thisProcess(), pid, started: startOf(pid) }));
});

test('a lock of an earlier boot is free, though its process id is taken again', linux, async (t) => {
  const owner = await running(t);
  await assertFree(locked(t, { ...owner, boot: 'another boot' }));
});

test('where boots have no names, a clock that nobody sets and that stands before the lock tells of another one', async (t) => {
  const owner = await running(t);
  await assertFree(locked(t, { ...owner, boot: null, pids: null, renewed: monotonicSeconds() + 100 }));
  assert.ok(isLockedByOther(locked(t, { ...owner, boot: null, pids: null, renewed: monotonicSeconds() })));
});

const ELSEWHERE = { pid: 7, host: 'elsewhere', started: '1', boot: 'another boot', pids: 'pid:[1]', renewed: 5 };

test('a lock of another host holds as long as it is renewed, and says how it can be taken over', async (t) => {
  const folder = locked(t, ELSEWHERE, 100);
  await assertHeld(
    folder,
    /by process 7 on elsewhere; stop that one first\. If it is gone, try again in 3 min, or delete .*trainer\.lock\.$/,
  );
  await assertFree(locked(t, ELSEWHERE, 301));
});

test('a clock that is ahead by days takes no lock of another host', async (t) => {
  const folder = locked(t, ELSEWHERE, 100);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 9 * 24 * 3600 * 1000 });
  await assert.rejects(lockRun(folder), /on elsewhere/);
});

test('a lock of an earlier version, which nobody renewed, holds for a day on another host', async (t) => {
  await assertHeld(locked(t, old(ELSEWHERE), 23 * 3600), /on elsewhere; .* try again in 1 h/);
  await assertFree(locked(t, old(ELSEWHERE), 25 * 3600));
});

test('between containers of one system its own clock counts, whatever the file’s time', linux, async (t) => {
  for (const host of ['container', hostname()]) {
    const container = { ...thisProcess(), pid: 7, host, pids: 'pid:[1]' };
    await assertHeld(locked(t, { ...container, renewed: monotonicSeconds() - 10 }, 99_999), /by process 7 on/);
    await assertFree(locked(t, { ...container, renewed: monotonicSeconds() - 301 }));
  }
});

test('a system that has got another name still knows its processes', linux, async (t) => {
  const owner = { ...(await running(t)), host: 'formerly' };
  await assertHeld(locked(t, owner, 999), /already being trained by process \d+;/);
  await assertFree(locked(t, { ...owner, started: '1' }));
});

test('a lock is renewed by its owner, and a missing one written again', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const folder = temporaryFolder(t);
  const path = join(folder, 'trainer.lock');
  const lock = await lockRun(folder);
  const before = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...before, renewed: 1 }));
  t.mock.timers.tick(15_000);
  const { renewed, ...others } = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(renewed >= before.renewed, `${renewed}`);
  assert.deepEqual({ ...others, renewed: before.renewed }, before);
  fs.rmSync(path);
  lock.check();
  t.mock.timers.tick(15_000);
  assert.ok(existsSync(path));
  lock.release();
  t.mock.timers.tick(60_000);
  assert.deepEqual(fs.readdirSync(folder), []);
});

test('whoever was taken over learns of it, writes nothing more and leaves the new lock alone', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const folder = temporaryFolder(t);
  const path = join(folder, 'trainer.lock');
  const lock = await lockRun(folder);
  const other = JSON.stringify({ ...ELSEWHERE, taken: Date.now() });
  writeFileSync(path, other);
  t.mock.timers.tick(60_000);
  assert.throws(() => lock.check(), { name: 'UserError', message: /was taken over by process 7 on elsewhere/ });
  lock.release();
  assert.equal(readFileSync(path, 'utf8'), other);
});

test('a lock that cannot be removed is left to the end of its process without a word', async (t) => {
  const folder = temporaryFolder(t);
  const lock = await lockRun(folder);
  const remove = t.mock.method(fs, 'rmSync', () => {
    throw Object.assign(new Error('EROFS'), { code: 'EROFS' });
  });
  lock.release();
  remove.mock.restore();
  assert.ok(existsSync(join(folder, 'trainer.lock')));
});

test('a folder that is gone is told at once, not after many attempts', async (t) => {
  await assert.rejects(lockRun(join(temporaryFolder(t), 'nowhere')), { code: 'ENOENT' });
});

test('a lock that is a pipe, huge or damaged is nobody’s', async (t) => {
  const folder = temporaryFolder(t);
  for (const text of ['', '{', '{"pid":1e999}', `"${'x'.repeat(1e6)}"`]) {
    writeFileSync(join(folder, 'trainer.lock'), text);
    await assertFree(folder);
  }
});
