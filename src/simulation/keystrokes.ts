/** Keystrokes that completions would have saved somebody who typed some texts, at one threshold. */
export interface Keystrokes {
  /** Least probability that a suggestion is right. */
  readonly threshold: number;
  /** Share of the characters that needed no key: inserted, less one key for each acceptance. */
  readonly saved: number;
  /**
   * The same share of the keys that it takes in an editor that indents new lines by itself; null where not asked for.
   */
  readonly savedInEditor: number | null;
  /** Places where something was shown. */
  readonly shown: number;
  /** Share of those where it was exactly what followed. */
  readonly accepted: number;
  readonly meanAcceptedLength: number;
  /** Characters shown that were not what followed, per 100 characters typed. */
  readonly wrongPer100: number;
  /**
   * Calibration by tenths of the probability at which suggestions were shown; tenths in which nothing was shown are
   * left out.
   */
  readonly calibration: readonly ReliabilityBin[];
}

/** Calibration of suggestions of about the same probability: predicted and observed share that is right. */
export interface ReliabilityBin {
  readonly shown: number;
  /** Mean probability. */
  readonly predicted: number;
  /** Share that was right. */
  readonly observed: number;
}

/** Suggestion at a place, if any, and the probability that it was right. */
interface Shown {
  readonly shown: string;
  readonly probability: number;
}

/** Counts the places of a text where something or nothing was shown. */
export class Tally {
  /** Of the texts without completions, and of what was accepted of them. */
  #keys = 0;
  #spared = 0;
  #typed = 0;
  #inserted = 0;
  #shown = 0;
  #accepted = 0;
  #wrong = 0;
  readonly #tenths = Array.from({ length: 10 }, () => ({ shown: 0, probability: 0, right: 0 }));

  /** One place, and the `keys` of what follows up to the next place. */
  add({ shown, probability, isRight, keys }: Shown & { isRight: boolean; keys: number }): void {
    this.#keys += keys;
    if (shown !== '') {
      this.#shown++;
      const tenth = this.#tenths[Math.min(9, Math.floor(probability * 10))]!;
      tenth.shown++;
      tenth.probability += probability;
      if (isRight) {
        tenth.right++;
      }
    }
    if (isRight) {
      this.#accepted++;
      this.#inserted += shown.length;
      this.#spared += keys;
    } else {
      this.#wrong += shown.length;
      this.#typed++;
    }
  }

  result(): Omit<Keystrokes, 'threshold' | 'savedInEditor'> {
    return {
      saved: share(this.#spared - this.#accepted, this.#keys),
      shown: this.#shown,
      accepted: share(this.#accepted, this.#shown),
      meanAcceptedLength: share(this.#inserted, this.#accepted),
      wrongPer100: 100 * share(this.#wrong, this.#typed),
      calibration: this.#tenths
        .filter((tenth) => tenth.shown > 0)
        .map(({ shown, probability, right }) => ({ shown, predicted: probability / shown, observed: right / shown })),
    };
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
