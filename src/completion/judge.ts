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
  const lines = keptOf(finishedWords(continuation), place);
  const shortenedBy = (length: number): Rule | null => {
    if (lines.rule !== null && length > lines.length) return lines.rule;
    return keptOf(textOf(continuation.characters.slice(0, length)), place).rule;
  };
  const chosen = gate(continuation, threshold, declined, (length) => shortenedBy(length) === null);
  if (chosen.rule === null) return chosen;
  const unfiltered = gate(continuation, threshold, declined);
  return { length: 0, rule: unfiltered.rule ?? shortenedBy(unfiltered.length) ?? chosen.rule };
}

/** Without the word that the decoder stopped in, which may be any: lines are judged as they end, however little is shown of them. */
function finishedWords({ characters, endsLine }: Continuation): string {
  const text = textOf(characters);
  return (endsLine ? text : text.replace(/\w+$/, '')).trimEnd();
}

/** What all filters together keep. */
function keptOf(text: string, place: CodePlace): Kept {
  let [kept, rule]: [string, Rule | null] = [text, null];
  for (const filter of FILTERS) {
    const shorter = filter.keep(kept, place);
    if (shorter !== kept) [kept, rule] = [shorter, filter];
  }
  return { length: kept.length, rule };
}
