import type { Settings } from '../protocol/settings';
import type { OperatingPoints } from '../protocol/training-events';
import { type Character, type ContinuationNode, likeliestAfter, pathTo, textOf } from './continuations';
import { SHORTEST, SUPPRESSION_RULES, type SuppressionRule } from './suppression-rules';

/** Thresholds of the modes: the least probability at which a suggestion that saves `USUAL` keys is shown. */
export type Thresholds = Readonly<Record<Settings['suggestions'], number>>;

/**
 * Default thresholds, for models without operating points. On Django's held-out files (docs/decisions/0020), with the
 * memory, six in seven suggestions are right in quiet mode, three in five or more in balanced, over a half in eager.
 */
export const THRESHOLDS: Thresholds = { quiet: 0.71, balanced: 0.35, eager: 0.26 };

/**
 * Thresholds of a model, or the defaults where it has none or was tuned in another set-up: with a memory beside the
 * network, or without one.
 */
export function thresholdsOf(points: OperatingPoints | null, { memory }: { memory: boolean }): Thresholds {
  if (points?.memory !== memory) {
    return THRESHOLDS;
  }
  const { quiet, balanced, eager } = points;
  return { quiet: quiet.threshold, balanced: balanced.threshold, eager: eager.threshold };
}

/** Keys that a usual suggestion saves. One that saves more may be less sure, one that saves fewer has to be surer. */
const USUAL = 4;

/** Text that somebody saw suggested here and did not take: it is not what they want, though its beginning may be. */
export interface Declined {
  readonly text: string;
  /** Probability that it was right, before they declined it. */
  readonly probability: number;
}

/**
 * Prefix of a continuation with the highest expected savings, among those that end with a token or a part of a name,
 * where it `mayEnd`, and have not been declined. `end` is its last character; where none is worth showing, it is null,
 * and `rule` says why.
 */
export function chooseByExpectedSavings(
  root: ContinuationNode,
  threshold: number,
  declined: readonly Declined[] = [],
  mayEnd: (end: ContinuationNode) => boolean = () => true,
): SavingsChoice {
  const price = (USUAL * threshold) / (1 - threshold);
  const end = mostWorth(root, price, declined, mayEnd);
  if (end !== null) {
    return { end, rule: null };
  }
  const isDeclined = declined.length > 0 && mostWorth(root, price, [], mayEnd) !== null;
  return { end, rule: isDeclined ? SUPPRESSION_RULES.declined : whyNothing(root, threshold) };
}

/** Chosen end of a suggestion, or the rule that kept all from being shown. */
export type SavingsChoice =
  | { readonly end: ContinuationNode; readonly rule: null }
  | { readonly end: null; readonly rule: SuppressionRule };

/**
 * Bellman recursion over the tree, from the leaves: the most keys that can be expected to be saved after each node,
 * less `price` for each wrong suggestion, where the best suggestion is shown at every end. What is all but certain is
 * shown by itself first, since the doubtful rest can be shown after it; of two ways to go on, the one that saves more
 * wins, which need not be the likelier one. Gives the end of the suggestion to show now, or null for nothing.
 */
function mostWorth(
  root: ContinuationNode,
  price: number,
  declined: readonly Declined[],
  mayEnd: (end: ContinuationNode) => boolean,
): ContinuationNode | null {
  /** Expected savings after each end, given that everything up to it is right. */
  const worth = new Map<ContinuationNode, number>();
  let best: ContinuationNode | null = null;

  function worthAfter(from: ContinuationNode): number {
    let most = 0;
    for (const next of from.next) {
      most += next.probability * worthAfter(next);
    }
    const isEnd = endsPart(from) && mayEnd(from);
    if (from === root || isEnd) {
      for (const { end, length, probability } of beginningsAfter(from)) {
        const worthThen = worth.get(end);
        if (worthThen === undefined || length < SHORTEST) {
          continue;
        }
        const isDoubted = from === root && declined.length > 0;
        const isRight = isDoubted ? givenDeclined(pathTo(end), probability, declined) : probability;
        const value = isRight * (length - 1 + worthThen) - price * (1 - isRight);
        if (value <= most) {
          continue;
        }
        most = value;
        if (from === root) {
          best = end;
        }
      }
    }
    if (isEnd) {
      worth.set(from, most);
    }
    return most;
  }
  worthAfter(root);
  return best;
}

interface Beginning {
  readonly end: ContinuationNode;
  readonly length: number;
  readonly probability: number;
}

/** Prefixes of all continuations of a node, each with its last node. */
function* beginningsAfter(from: ContinuationNode): Generator<Beginning> {
  const open: Beginning[] = [{ end: from, length: 0, probability: 1 }];
  for (let before = open.pop(); before; before = open.pop()) {
    for (const end of before.end.next) {
      const beginning = { end, length: before.length + 1, probability: before.probability * end.probability };
      open.push(beginning);
      yield beginning;
    }
  }
}

function whyNothing(root: ContinuationNode, threshold: number): SuppressionRule {
  const { tooShort, tooUnsure, halfToken } = SUPPRESSION_RULES;
  const likeliest = likeliestAfter(root);
  const sure = sureLength(likeliest, threshold);
  if (sure < SHORTEST) {
    return sure === likeliest.length ? tooShort : tooUnsure;
  }
  return likeliest.slice(SHORTEST - 1, sure).some(endsPart) ? tooUnsure : halfToken;
}

/** Probability that all of these characters are right, given that the declined texts are wrong. */
export function probabilityOf(characters: readonly Character[], declined: readonly Declined[] = []): number {
  const probability = characters.reduce((product, character) => product * character.probability, 1);
  return givenDeclined(characters, probability, declined);
}

/**
 * Probability of a text, given that the declined texts are wrong: none where it holds one of them, less than it was
 * where it begins one, and more where it is another.
 */
function givenDeclined(characters: readonly Character[], probability: number, declined: readonly Declined[]): number {
  if (declined.length === 0) {
    return probability;
  }
  const text = textOf(characters);
  if (declined.some((other) => text.startsWith(other.text))) {
    return 0;
  }
  // Those that go on after another one are wrong with it already.
  const shortest = declined.filter(
    (one) => !declined.some((other) => other.text.length < one.text.length && one.text.startsWith(other.text)),
  );
  const wrong = (texts: readonly Declined[]) => texts.reduce((sum, other) => sum + other.probability, 0);
  const left = probability - wrong(shortest.filter((other) => other.text.startsWith(text)));
  // Probabilities of another time may be more than all together.
  const open = 1 - wrong(shortest);
  return left <= 0 ? 0 : left >= open ? 1 : left / open;
}

function sureLength(characters: readonly Character[], threshold: number): number {
  let cumulative = 1;
  const unsure = characters.findIndex((character) => {
    cumulative *= character.probability;
    return cumulative < threshold;
  });
  return unsure < 0 ? characters.length : unsure;
}

function endsPart(end: ContinuationNode): boolean {
  if (end.parent === null) {
    return false;
  }
  const after = end.endsLine ? '\n' : (end.next[0]?.text ?? 'x');
  return !isInsidePart(end.text, after);
}

const WORD = /\w/;
const OPERATOR = /^(?:\*\*|\/\/|<<|>>|<=|>=|==|!=|->|:=|[-+*/%@&|^]=)$/;

/**
 * Whether two characters stand inside one part of a token. Parts of a name end as tokens do: where all names that may
 * follow begin alike, as `assertEqual` and `assertTrue` do, people get what is certain, up to where they have to
 * choose. Of the prefixes that nobody knows as a name of their own a filter (unknown-name) drops most.
 */
function isInsidePart(before: string, after: string): boolean {
  const isInsideName = WORD.test(before) && WORD.test(after);
  return (isInsideName && !isBetweenParts(before, after)) || OPERATOR.test(before + after);
}

/**
 * Whether a part of a name ends between two characters: before an underscore or a capital letter, as an editor's
 * word-part motions have it. A suggestion that ended after an underscore would look unfinished.
 */
function isBetweenParts(before: string, after: string): boolean {
  return (before !== '_' && after === '_') || (/[a-z0-9]/.test(before) && /[A-Z]/.test(after));
}
