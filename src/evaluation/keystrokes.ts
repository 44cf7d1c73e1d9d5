import { KnownNames } from '../completion/code-aware/known-names';
import type { Names } from '../completion/code-aware/names';
import { Completer } from '../completion/completer';
import type { Expert } from '../completion/expert';
import { THRESHOLDS } from '../completion/gate';
import { memoised } from './memoised';

/** What completions would have done for someone who typed some texts, at one threshold. */
export interface Keystrokes {
  /** Least probability that a suggestion is right. */
  readonly threshold: number;
  /** Share of the characters that needed no key: inserted, less one key for each acceptance. */
  readonly saved: number;
  /** Places where something was shown. */
  readonly shown: number;
  /** Share of those where it was exactly what followed. */
  readonly accepted: number;
  readonly meanAcceptedLength: number;
  /** Characters shown that were not what followed, per 100 characters typed. */
  readonly wrongPer100: number;
}

/** A piece of a text to type, from `from` on; what stands before it has been typed already. */
export interface Stretch {
  readonly text: string;
  readonly from: number;
}

const STRETCH = 4000;
const CONTEXT = 2000;

/** About so many characters of a text to type, in stretches spread evenly over it that begin at a line. */
export function stretchesOf(text: string, characters: number): Stretch[] {
  const count = Math.ceil(Math.min(characters, text.length) / STRETCH);
  return Array.from({ length: count }, (_, i) => {
    const lineStart = i === 0 ? 0 : text.indexOf('\n', Math.floor((i * text.length) / count)) + 1;
    const context = text.slice(Math.max(0, lineStart - CONTEXT), lineStart);
    return { text: context + text.slice(lineStart, lineStart + STRETCH), from: context.length };
  });
}

/**
 * Types stretches of text the way a person would: where the completer shows exactly what follows, it is
 * accepted at once; else one character is typed. Once for every threshold. `workspace`: names in its files; null where they
 * are not known.
 */
export async function simulateTyping(
  expert: Expert,
  stretches: readonly Stretch[],
  thresholds: readonly number[],
  workspace: Names | null = null,
): Promise<Keystrokes[]> {
  const tallies = thresholds.map((threshold) => new Tally(threshold));
  for (const stretch of stretches) {
    const remembering = memoised(expert);
    for (const tally of tallies) await tally.type(remembering, stretch, workspace);
  }
  return tallies.map((tally) => tally.result());
}

/** Milliseconds for each request of someone who types a stretch and accepts nothing. */
export async function measureLatency(
  expert: Expert,
  { text, from }: Stretch,
  workspace: Names | null = null,
): Promise<number[]> {
  const completer = new Completer(expert, THRESHOLDS, new KnownNames(workspace));
  const times: number[] = [];
  for (let end = from; end <= text.length; end++) {
    const began = performance.now();
    await completer.complete({ uri: '', text: text.slice(0, end) }, end, { suggestions: 'balanced' });
    times.push(performance.now() - began);
  }
  return times;
}

class Tally {
  readonly #threshold: number;
  #characters = 0;
  #inserted = 0;
  #shown = 0;
  #accepted = 0;
  #wrong = 0;

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  async type(expert: Expert, { text, from }: Stretch, workspace: Names | null): Promise<void> {
    const threshold = this.#threshold;
    const thresholds = { quiet: threshold, balanced: threshold, eager: threshold };
    const completer = new Completer(expert, thresholds, new KnownNames(workspace));
    for (let end = from; end < text.length; ) {
      const document = { uri: '', text: text.slice(0, end) };
      const { text: shown } = await completer.complete(document, end, { suggestions: 'balanced' });
      const isRight = shown !== '' && text.startsWith(shown, end);
      if (shown !== '') this.#shown++;
      if (isRight) {
        this.#accepted++;
        this.#inserted += shown.length;
      } else {
        this.#wrong += shown.length;
      }
      end += isRight ? shown.length : 1;
    }
    this.#characters += text.length - from;
  }

  result(): Keystrokes {
    const typed = this.#characters - this.#inserted;
    return {
      threshold: this.#threshold,
      saved: share(this.#inserted - this.#accepted, this.#characters),
      shown: this.#shown,
      accepted: share(this.#accepted, this.#shown),
      meanAcceptedLength: share(this.#inserted, this.#accepted),
      wrongPer100: 100 * share(this.#wrong, typed),
    };
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
