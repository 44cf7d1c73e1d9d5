import type { Continuation } from './decode';
import { textOf } from './explanation';
import { FILTERS } from './filters/filters';
import { type Declined, gate, type Rule } from './gate';
import type { CodePlace } from './place';

/** What rules leave of a text: its length, and the rule that shortened it most, null where that is all. */
export interface Kept {
  readonly length: number;
  readonly rule: Rule | null;
}

/** Length of the beginning that is worth most, of those that every filter keeps whole, or why there is none. */
export function judge(
  continuation: Continuation,
  place: CodePlace,
  threshold: number,
  declined: readonly Declined[],
): Kept {
  const { characters } = continuation;
  const lines = keptOf(finishedWords(continuation), place);
  const most = lines.rule === null ? characters.length : lines.length;
  const shortenedBy = (length: number): Rule | null =>
    length > most ? lines.rule : keptOf(textOf(characters.slice(0, length)), place).rule;

  // Looking at every beginning would take too long: those that were chosen and are no good are left out.
  const shortened = new Set<number>();
  const mayEnd = (length: number) =>
    length <= most && !shortened.has(length) && characters[length - 1].text.trim() !== '';
  for (;;) {
    const chosen = gate(continuation, threshold, declined, mayEnd);
    if (chosen.rule !== null) {
      const unfiltered = gate(continuation, threshold, declined);
      return { length: 0, rule: unfiltered.rule ?? shortenedBy(unfiltered.length) ?? chosen.rule };
    }
    if (shortenedBy(chosen.length) === null) return chosen;
    shortened.add(chosen.length);
  }
}

/**
 * Without the word that the decoder stopped in, which may be any. Lines are judged as far as they were foreseen, however little
 * is shown of them.
 */
export function finishedWords({ characters, endsLine }: Continuation): string {
  const text = textOf(characters);
  return (endsLine ? text : text.replace(/\w+$/, '')).trimEnd();
}

/** What all filters together keep. */
export function keptOf(text: string, place: CodePlace): Kept {
  let [kept, rule]: [string, Rule | null] = [text, null];
  for (const filter of FILTERS) {
    const shorter = filter.keep(kept, place);
    if (shorter !== kept) [kept, rule] = [shorter, filter];
  }
  return { length: kept.length, rule };
}
