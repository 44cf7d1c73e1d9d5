import { setImmediate } from 'node:timers/promises';

/** Lets requests in, and completions go first, between two pieces of long work. Rejects with the signal's reason. */
export async function yieldToCompletions(untilIdle: () => Promise<void>, signal: AbortSignal): Promise<void> {
  await setImmediate();
  await untilIdle();
  signal.throwIfAborted();
}
