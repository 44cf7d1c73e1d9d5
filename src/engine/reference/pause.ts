const LONGEST_TURN_MS = 20;

let turnStarted = performance.now();

/** Lets other work of this thread run when the computation has kept it busy for long. */
export async function pause(): Promise<void> {
  if (performance.now() - turnStarted < LONGEST_TURN_MS) {
    return;
  }
  await new Promise((resolve) => setImmediate(resolve));
  turnStarted = performance.now();
}
