import { KnownNames } from '../completion/code-aware/known-names';
import type { Names } from '../completion/code-aware/names';
import { Completer } from '../completion/completer';
import type { Expert } from '../completion/expert';
import { THRESHOLDS } from '../completion/gate';
import { editorKeys } from './editor-keys';
import { memoised } from './memoised';

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
 * Types stretches of text the way a person would: where the completer shows exactly what follows, it is accepted at once;
 * else one character is typed. Once for every threshold. `workspace`: the names that files other than the typed one know;
 * without it no name is unknown.
 */
export async function simulateTyping(
  expert: Expert,
  stretches: readonly Stretch[],
  thresholds: readonly number[],
  workspace: Names | null = null,
): Promise<Keystrokes[]> {
  const typists = thresholds.map((threshold) => ({
    threshold,
    plain: new Tally(),
    inEditor: new Tally(),
  }));
  for (const { text, from } of stretches) {
    const remembering = memoised(expert);
    const [eachCharacter, indented] = [new Uint8Array(text.length).fill(1), editorKeys(text)];
    for (const { threshold, plain, inEditor } of typists) {
      const completer = () => completerWith(remembering, threshold, workspace);
      await type(completer(), text, from, eachCharacter, plain);
      await type(completer(), text, from, indented, inEditor);
    }
  }
  return typists.map(({ threshold, plain, inEditor }) => ({
    threshold,
    ...plain.result(),
    savedInEditor: inEditor.result().saved,
  }));
}

/** Milliseconds for each request of someone who types a stretch and accepts nothing. */
export async function measureLatency(
  expert: Expert,
  { text, from }: Stretch,
  workspace: Names | null = null,
): Promise<number[]> {
  const completer = completerWith(expert, THRESHOLDS.balanced, workspace);
  const times: number[] = [];
  for (let end = from; end <= text.length; end++) {
    const began = performance.now();
    await completer.complete({ uri: '', text: text.slice(0, end) }, end, { suggestions: 'balanced' });
    times.push(performance.now() - began);
  }
  return times;
}

function completerWith(expert: Expert, threshold: number, workspace: Names | null): Completer {
  const thresholds = { quiet: threshold, balanced: threshold, eager: threshold };
  return new Completer(expert, thresholds, new KnownNames(workspace));
}

/** Types `text` from `from` on; `keys` says how many it takes for each character, none for what the editor writes. */
async function type(completer: Completer, text: string, from: number, keys: Uint8Array, tally: Tally): Promise<void> {
  for (let end = from; end < text.length; ) {
    if (keys[end] === 0) {
      end++;
      continue;
    }
    const document = { uri: '', text: text.slice(0, end) };
    const { text: shown } = await completer.complete(document, end, { suggestions: 'balanced' });
    const isRight = shown !== '' && text.startsWith(shown, end);
    const stop = end + (isRight ? shown.length : 1);
    const passed = keys.subarray(end, stop).reduce((sum, count) => sum + count, 0);
    tally.add({ shown, isRight, keys: passed });
    end = stop;
  }
}

class Tally {
  /** Of the texts without completions, and of what was accepted of them. */
  #keys = 0;
  #spared = 0;
  #typed = 0;
  #inserted = 0;
  #shown = 0;
  #accepted = 0;
  #wrong = 0;

  /** One place, where something or nothing was `shown`, and the keys of what follows up to the next place. */
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
