import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The process that trains the run in this folder. */
export function trainerOf(run: string): number {
  return JSON.parse(readFileSync(join(run, 'trainer.lock'), 'utf8')).pid;
}

/** Resolves when no such process is left. */
export async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
