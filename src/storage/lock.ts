import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock as lockBriefly } from 'proper-lockfile';
import * as v from 'valibot';
import { duration } from '../protocol/format';
import { UserError } from '../protocol/user-error';
import { replaceFileAtomically } from './durable-file';
import { parseJson } from './json';
import { FILE_MODE } from './private-folder';
import { isRunning, monotonicSeconds, ProcessIdentity, sharesClock, thisProcess } from './process-identity';
import { readRegularFileSync } from './regular-file';

/** Process that trains a run; stands in the run's folder while it does. */
const Owner = v.object({
  ...ProcessIdentity.entries,
  /** When the lock was taken, in milliseconds since 1970. */
  taken: v.number(),
  /** When the owner last renewed it, in `monotonicSeconds`; null in locks of older versions, which did not. */
  renewed: v.optional(v.nullable(v.number()), null),
});
type Owner = v.InferOutput<typeof Owner>;

const LARGEST = 64 * 1024;

/** Seconds between two renewals of a lock by its owner. */
const RENEWAL = 15;

/**
 * Seconds after which a lock that its owner does not renew has expired, where nobody can look whether the owner runs.
 * Time enough for a process that is busy and a network that is down; a system's sleep does not count for the containers
 * on it.
 */
const EXPIRY = 300;

/** For locks of older versions: the longest training that the settings offer. */
const EXPIRY_UNRENEWED = 24 * 3600;

/** This process's hold on a run. */
export interface RunLock {
  /** @throws UserError where another process has taken the run over, so that nothing may be written to it any more */
  check(): void;
  /** Gives the run up. Never throws: a lock that cannot be removed ends with its process. */
  release(): void;
}

/**
 * Makes this process the only trainer of the run in `folder` until it releases the lock, which it renews meanwhile. The
 * lock of a process that is gone is taken over, and so is an expired one.
 *
 * @throws UserError naming the process that is training it
 */
export async function lockRun(folder: string): Promise<RunLock> {
  const path = join(folder, 'trainer.lock');
  const self: Owner = { ...thisProcess(), taken: Date.now(), renewed: monotonicSeconds() };
  const taking = `${path}.taking`;
  // Looking at the owner and taking over happen under a short lock: two processes must not do so at once.
  await exclusively(taking, async () => {
    const owner = readOwner(path);
    // Both times are of the clock that the disk's system has, whatever is set here.
    const left = owner && secondsLeft(owner, () => (statSync(taking).ctimeMs - statSync(path).mtimeMs) / 1000);
    if (owner && left !== null) {
      throw alreadyTrained(folder, path, owner, left);
    }
    await replaceFileAtomically(path, JSON.stringify(self));
  });
  return hold(folder, path, self);
}

/** Whether another process than this one trains the run in `folder`. */
export function isLockedByOther(folder: string): boolean {
  const path = join(folder, 'trainer.lock');
  const owner = readOwner(path);
  if (owner === null || isSame(owner, thisProcess())) {
    return false;
  }
  return secondsLeft(owner, () => (Date.now() - statSync(path).mtimeMs) / 1000) !== null;
}

/**
 * Does short work in a folder that no other process may do at the same time; `path`, in that folder, stands for it
 * meanwhile.
 */
export async function exclusively<T>(path: string, work: () => Promise<T>): Promise<T> {
  const release = await takeBriefly(path);
  try {
    return await work();
  } finally {
    // It may have gone with its folder, or have been taken over after a sleep of the system.
    await release().catch(() => {});
  }
}

/**
 * Attempts, which take some twelve seconds together: after ten, proper-lockfile takes over what a process left that was
 * killed in such work.
 */
const ATTEMPTS = 120;

async function takeBriefly(path: string): Promise<() => Promise<void>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await lockBriefly(path, { lockfilePath: path, realpath: false, onCompromised: () => {} });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED' || attempt === ATTEMPTS) {
        throw error;
      }
      await setTimeout(20 + 160 * Math.random());
    }
  }
}

/** Seconds until a lock expires, infinity while its owner is seen to run; null where it is free to be taken. */
function secondsLeft(owner: Owner, secondsOnDisk: () => number): number | null {
  const runs = isRunning(owner);
  if (runs !== null) {
    return runs && !isOfEarlierBoot(owner) ? Number.POSITIVE_INFINITY : null;
  }
  const { renewed } = owner;
  const age = renewed !== null && sharesClock(owner) ? monotonicSeconds() - renewed : secondsOnDisk();
  const left = (renewed === null ? EXPIRY_UNRENEWED : EXPIRY) - Math.max(0, age);
  return left > 0 ? left : null;
}

/**
 * Whether a lock is of an earlier boot, by the clock: it starts with the system, so it stands before the lock's. For
 * systems that do not tell one boot from another.
 */
function isOfEarlierBoot({ renewed }: Owner): boolean {
  return renewed !== null && monotonicSeconds() < renewed;
}

function hold(folder: string, path: string, self: Owner): RunLock {
  const renewing = setInterval(() => renew(path, self), RENEWAL * 1000).unref();
  return {
    check: () => {
      const owner = readOwner(path);
      if (owner !== null && !isSame(owner, self)) {
        throw takenOver(folder, owner);
      }
    },
    release: () => {
      clearInterval(renewing);
      try {
        const owner = readOwner(path);
        if (owner !== null && isSame(owner, self)) {
          rmSync(path, { force: true, maxRetries: 5, retryDelay: 20 });
        }
      } catch {
        // The lock stays until this process ends.
      }
    },
  };
}

/** At once, so that it cannot come after a release. A power cut may take it: the owner is gone then as well. */
function renew(path: string, self: Owner): void {
  try {
    const owner = readOwner(path);
    if (owner !== null && !isSame(owner, self)) {
      return;
    }
    const renewal = `${path}.renewal`;
    rmSync(renewal, { force: true });
    writeFileSync(renewal, JSON.stringify({ ...self, renewed: monotonicSeconds() }), { flag: 'wx', mode: FILE_MODE });
    renameSync(renewal, path);
  } catch {
    // A disk that is full, say: there are more renewals to come before it expires.
  }
}

/** What cannot be read is nobody's. */
function readOwner(path: string): Owner | null {
  try {
    return v.parse(Owner, parseJson(readRegularFileSync(path, LARGEST).toString('utf8')));
  } catch {
    return null;
  }
}

function isSame(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.host === b.host && a.started === b.started && a.boot === b.boot && a.pids === b.pids;
}

function alreadyTrained(folder: string, path: string, { pid, host }: Owner, left: number): UserError {
  if (left === Number.POSITIVE_INFINITY) {
    return new UserError(`${folder} is already being trained by process ${pid}; stop that one first.`);
  }
  return new UserError(
    `${folder} is being trained by process ${pid} on ${host}; stop that one first. If it is gone, try again in ${duration(left)}, or delete ${path}.`,
  );
}

function takenOver(folder: string, { pid, host }: Owner): UserError {
  return new UserError(
    `${folder} was taken over by process ${pid} on ${host} while this training stood still; this one ends, and that one goes on.`,
  );
}
