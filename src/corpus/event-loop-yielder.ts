import { setImmediate } from 'node:timers/promises';

/** Milliseconds that the work goes on before the event loop has its turn: a stop or a message waits no longer. */
const MOST_MILLISECONDS = 20;

/** Gives the event loop its turn during long synchronous work. */
export class EventLoopYielder {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** To be called between two pieces of the work. @throws the signal's reason when it is aborted */
  async yieldIfDue(): Promise<void> {
    if (performance.now() - this.#since < MOST_MILLISECONDS) {
      return;
    }
    await setImmediate();
    this.#since = performance.now();
    this.#signal?.throwIfAborted();
  }
}
