/**
 * Seeded random numbers, the same on every platform: Chris Doty-Humphrey's sfc32 ("small fast counting", 128 bits of
 * state, passes PractRand).
 */
export class Random {
  readonly #words: Uint32Array;

  /** `seed` is any integer; its low 64 bits count. */
  constructor(seed: number) {
    const low = seed >>> 0;
    const high = Math.floor(seed / 2 ** 32) >>> 0;
    this.#words = Uint32Array.of(0, low, high, 1);
    // As its author seeds it: the first numbers, in which similar seeds still look alike, are thrown away.
    for (let i = 0; i < 12; i++) {
      this.#nextWord();
    }
  }

  /** Uniform in [0, 1), 53 random bits. */
  next(): number {
    const high = this.#nextWord() >>> 5;
    const low = this.#nextWord() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  #nextWord(): number {
    const w = this.#words;
    const result = (w[0]! + w[1]! + w[3]!) >>> 0;
    w[3]! += 1;
    w[0] = w[1]! ^ (w[1]! >>> 9);
    w[1] = w[2]! + (w[2]! << 3);
    w[2] = ((w[2]! << 21) | (w[2]! >>> 11)) + result;
    return result;
  }
}
