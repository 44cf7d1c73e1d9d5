import { type ContinuationNode, likeliestAfter, pathTo, textOf } from './continuations';
import { chooseByExpectedSavings, type Declined, type SavingsChoice } from './expected-savings';
import { FILTERS } from './filters/filters';
import type { CodePlace } from './place';
import type { SuppressionRule } from './suppression-rules';

/**
 * Length that rules keep of a text, and the last rule that shortened it (not the one that did most); null where none
 * did.
 */
export interface Kept {
  readonly length: number;
  readonly rule: SuppressionRule | null;
}

/** A choice and the continuation that it was made from: its text, and the likeliest characters after it. */
export interface Selection {
  readonly choice: SavingsChoice;
  readonly continuation: readonly ContinuationNode[];
}

/**
 * Prefix of a continuation with the highest expected savings, among those that every filter keeps whole; or the rule
 * that says why there is none.
 */
export function selectSuggestion(
  root: ContinuationNode,
  place: CodePlace,
  threshold: number,
  declined: readonly Declined[],
): Selection {
  /**
   * Ends of the prefixes that filters shorten, which are left out of the next choice. Only chosen ones are tried:
   * filtering every prefix would take too long.
   */
  const shortened = new Set<ContinuationNode>();
  const mayEnd = (end: ContinuationNode) => !shortened.has(end) && end.text.trim() !== '';
  for (;;) {
    const choice = chooseByExpectedSavings(root, threshold, declined, mayEnd);
    if (choice.end === null) {
      const unfiltered = chooseByExpectedSavings(root, threshold, declined).end ?? root;
      const continuation = continuationThrough(unfiltered);
      const rule = unfiltered.parent && leaveOut(unfiltered, continuation, place).rule;
      return { choice: { end: null, rule: rule ?? choice.rule }, continuation };
    }
    const continuation = continuationThrough(choice.end);
    const { rule, ends } = leaveOut(choice.end, continuation, place);
    if (rule === null) {
      return { choice, continuation };
    }
    for (const end of ends) {
      shortened.add(end);
    }
  }
}

function continuationThrough(end: ContinuationNode): ContinuationNode[] {
  return [...pathTo(end), ...likeliestAfter(end)];
}

/** The rule that shortens what ends here, if any, and the ends that it leaves out. */
function leaveOut(
  end: ContinuationNode,
  continuation: readonly ContinuationNode[],
  place: CodePlace,
): { rule: SuppressionRule | null; ends: readonly ContinuationNode[] } {
  const lines = keptOf(finishedWords(continuation), place);
  const beyond = lines.rule === null ? [] : continuation.slice(lines.length);
  if (beyond.includes(end)) {
    return { rule: lines.rule, ends: beyond };
  }
  const { rule } = keptOf(textOf(pathTo(end)), place);
  return { rule, ends: [end] };
}

/**
 * Text of a continuation without its last word, which may be cut off; all of it where the line ends there. Lines are
 * judged as far as they were foreseen, however little is shown of them.
 */
function finishedWords(continuation: readonly ContinuationNode[]): string {
  const text = textOf(continuation);
  return (continuation.at(-1)?.endsLine ? text : withoutLastWord(text)).trimEnd();
}

function withoutLastWord(text: string): string {
  let end = text.length;
  while (end > 0 && /\w/.test(text[end - 1]!)) {
    end--;
  }
  return text.slice(0, end);
}

/** Length that all filters together keep, and the last of them that shortened the text. */
function keptOf(text: string, place: CodePlace): Kept {
  let [kept, rule]: [string, SuppressionRule | null] = [text, null];
  for (const filter of FILTERS) {
    const shorter = filter.keep(kept, place);
    if (shorter !== kept) {
      [kept, rule] = [shorter, filter];
    }
  }
  return { length: kept.length, rule };
}
