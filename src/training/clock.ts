/** Durations of the latest steps that are kept, for their median. */
const STEPS = 15;

/**
 * Longest interval between two looks at the clock that counts as training in full: this many median steps, and so many
 * seconds more.
 */
const LONGEST_STEPS = 10;
const LONGEST_SECONDS = 5;

/** Longest such interval before the first step has ended, in seconds: a GPU compiles what it needs in it. */
const LONGEST_AT_FIRST = 60;

/**
 * Counts the seconds that a training takes, over all its sessions. Between two looks at the clock lies a step, a
 * validation, a sample or a checkpoint; a much longer time means that the process or the whole system stood still
 * (SIGSTOP, a closed laptop), which is no training, and does not bring its end nearer.
 */
export class TrainingClock {
  readonly #now: () => number;
  /** Seconds of the latest steps. */
  readonly #steps: number[] = [];
  #seconds: number;
  #last: number;

  /**
   * @param now seconds from any fixed moment
   * @param seconds of earlier sessions
   */
  constructor(now: () => number, seconds: number) {
    this.#now = now;
    this.#seconds = seconds;
    this.#last = now();
  }

  /** Seconds up to now. */
  seconds(): number {
    this.#seconds += Math.min(this.#sinceLast(), this.#longest());
    return this.#seconds;
  }

  /** Times a step, one that stood still as the usual one; gives what it gives and its seconds. */
  async step<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
    this.seconds();
    const result = await work();
    const passed = this.#sinceLast();
    const seconds = passed > this.#longest() ? this.#usual() : passed;
    this.#seconds += seconds;
    this.#steps.push(passed);
    if (this.#steps.length > STEPS) {
      this.#steps.shift();
    }
    return { result, seconds };
  }

  #sinceLast(): number {
    const before = this.#last;
    this.#last = this.#now();
    return Math.max(0, this.#last - before);
  }

  #longest(): number {
    return this.#steps.length === 0 ? LONGEST_AT_FIRST : LONGEST_STEPS * this.#usual() + LONGEST_SECONDS;
  }

  /** The median step; 0 before the first. */
  #usual(): number {
    return [...this.#steps].sort((a, b) => a - b)[this.#steps.length >> 1] ?? 0;
  }
}
