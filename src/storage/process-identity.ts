import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import * as v from 'valibot';

/** A process, told apart from every other one, of any start of any system; written to files that outlive it. */
export const ProcessIdentity = v.object({
  pid: v.number(),
  host: v.string(),
  /**
   * When it started, as the system counts it, so that another process with a reused id is not taken for it; null where
   * it does not tell.
   */
  started: v.nullable(v.string()),
  /**
   * Which start of which system it belongs to; null where the system does not tell. Locks of older versions have none
   * of the following.
   */
  boot: v.optional(v.nullable(v.string()), null),
  /** The set of process ids that its own is one of: each container has its own. */
  pids: v.optional(v.nullable(v.string()), null),
});
export type ProcessIdentity = v.InferOutput<typeof ProcessIdentity>;

export function thisProcess(): ProcessIdentity {
  const started = statOf(process.pid)?.started ?? null;
  return { pid: process.pid, host: hostname(), started, ...HERE };
}

const HERE = { boot: bootId(), pids: pidNamespace() };

/** Whether a process runs on this system; null for one of another system or container, of which only that one knows. */
export function isRunning(identity: ProcessIdentity): boolean | null {
  const { host, boot, pids } = identity;
  const isThisHost = host === hostname();
  if (boot === null || HERE.boot === null) {
    return isThisHost ? isRunningHere(identity) : null;
  }
  if (boot !== HERE.boot) {
    return isThisHost ? false : null;
  }
  return pids === HERE.pids ? isRunningHere(identity) : null;
}

/**
 * Whether a process belongs to the current boot of this system, so that times of the system's own clock can be
 * compared.
 */
export function sharesClock({ boot }: ProcessIdentity): boolean {
  return boot !== null && boot === HERE.boot;
}

/**
 * Seconds of the system's clock that nobody sets and that stands still while the system sleeps; from the system's
 * start.
 */
export function monotonicSeconds(): number {
  return process.hrtime()[0];
}

function isRunningHere({ pid, started }: ProcessIdentity): boolean {
  const stat = statOf(pid);
  if (stat) {
    return !DEAD.includes(stat.state) && (started === null || started === stat.started);
  }
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** States of a process that has ended and that nobody has asked for its end: zombie, dead (proc(5)). */
const DEAD = ['Z', 'X', 'x'];

/**
 * State, and clock ticks from the system's start to the process's; null where the system does not tell (Linux does).
 */
function statOf(pid: number): { state: string; started: string } | null {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === null) {
    return null;
  }
  // The name, in brackets, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0]!, started: fields[19]! };
}

function bootId(): string | null {
  return textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}

function pidNamespace(): string | null {
  return textOf(() => readlinkSync('/proc/self/ns/pid'));
}

function textOf(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
