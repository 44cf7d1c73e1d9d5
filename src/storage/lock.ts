import { readFileSync, rmSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { lock as lockBriefly } from 'proper-lockfile';
import * as v from 'valibot';
import { UserError } from '../protocol/user-error';
import { replaceFile } from './durable-file';

/** Who trains a run; stands in the run's folder while it does. */
const Owner = v.object({
  pid: v.number(),
  host: v.string(),
  /** When the process started, as the system counts it: another process with a reused id is not taken for it. */
  started: v.nullable(v.string()),
  /** When the lock was taken, in milliseconds since 1970. */
  taken: v.number(),
});
type Owner = v.InferOutput<typeof Owner>;

/** An hour too early or late does not count: clocks are set. */
const CLOCK_SLACK_MS = 3_600_000;

/**
 * Makes this process the only trainer of the run in `folder`, until the returned function is called. A lock left by a
 * process that is no longer there is taken over.
 *
 * @throws UserError naming the process that is training it
 */
export async function lockRun(folder: string): Promise<() => void> {
  const path = join(folder, 'trainer.lock');
  // Looking at the owner and taking over happen under a short lock: two processes must not do so at once.
  const release = await lockBriefly(folder, {
    lockfilePath: `${path}.taking`,
    retries: { retries: 100, minTimeout: 20, maxTimeout: 200 },
  });
  try {
    const owner = readOwner(path);
    if (owner && isAlive(owner)) throw alreadyTrained(folder, path, owner);
    const self: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid), taken: Date.now() };
    await replaceFile(path, JSON.stringify(self));
  } finally {
    await release();
  }
  return () => rmSync(path, { force: true });
}

/** Whether another process than this one trains the run in `folder`. */
export function isLockedByOther(folder: string): boolean {
  const owner = readOwner(join(folder, 'trainer.lock'));
  return owner !== null && !(owner.pid === process.pid && owner.host === hostname()) && isAlive(owner);
}

function readOwner(path: string): Owner | null {
  try {
    return v.parse(Owner, JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true;
  const bootTime = Date.now() - uptime() * 1000;
  if (owner.taken < bootTime - CLOCK_SLACK_MS) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return owner.started === startOf(owner.pid);
}

/** Clock ticks from the system's start to the process's, where the system tells (Linux: field 22 of proc(5)'s stat). */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2);
    return afterName.split(' ')[19];
  } catch {
    return null;
  }
}

function alreadyTrained(folder: string, path: string, owner: Owner): UserError {
  if (owner.host === hostname()) {
    return new UserError(`${folder} is already being trained by process ${owner.pid}; stop that one first.`);
  }
  return new UserError(
    `${folder} is being trained by process ${owner.pid} on ${owner.host}; stop that one first, or delete ${path} if it is no longer there.`,
  );
}
