/**
 * An amount per second, averaged over about the last `memory` seconds (exponentially forgotten): steady enough to be
 * read, quick enough to follow a change.
 */
export class Throughput {
  readonly #memory: number;
  #amount = 0;
  #seconds = 0;

  constructor(memory: number) {
    this.#memory = memory;
  }

  add(amount: number, seconds: number): void {
    const kept = Math.exp(-seconds / this.#memory);
    this.#amount = this.#amount * kept + amount;
    this.#seconds = this.#seconds * kept + seconds;
  }

  /** 0 before anything was added. */
  get perSecond(): number {
    return this.#seconds > 0 ? this.#amount / this.#seconds : 0;
  }
}
