/** What completions would have done for someone who typed some texts, at one threshold. */
export interface Keystrokes {
  /** Least probability that a suggestion is right. */
  readonly threshold: number;
  /** Share of the characters that needed no key: inserted, less one key for each acceptance. */
  readonly saved: number;
  /** The same share of the keys that it takes in an editor that indents new lines by itself. */
  readonly savedInEditor: number;
  /** Places where something was shown. */
  readonly shown: number;
  /** Share of those where it was exactly what followed. */
  readonly accepted: number;
  readonly meanAcceptedLength: number;
  /** Characters shown that were not what followed, per 100 characters typed. */
  readonly wrongPer100: number;
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

  /** One place, and the `keys` of what follows up to the next place. */
  add({ shown, isRight, keys }: { shown: string; isRight: boolean; keys: number }): void {
    this.#keys += keys;
    if (shown !== '') this.#shown++;
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
    };
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
