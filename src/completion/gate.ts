import type { Settings } from '../protocol/lsp';
import type { Character, Continuation } from './decode';

/** How sure a suggestion has to be in each mode: the least probability at which one that saves `USUAL` keys is shown. */
export type Thresholds = Readonly<Record<Settings['suggestions'], number>>;

/**
 * Operating points on Django's held-out files (bench/NOTES.md): with the memory, six in seven suggestions are right in quiet
 * mode, three in five or more in balanced, over a half in eager. The probabilities are what turns out true, so nothing is
 * corrected.
 */
export const THRESHOLDS: Thresholds = { quiet: 0.74, balanced: 0.37, eager: 0.28 };

/** Keys that a usual suggestion saves. One that saves more may be less sure, one that saves fewer has to be surer. */
const USUAL = 4;

/** Characters under which a suggestion saves too little to be worth a look. */
export const SHORTEST = 3;

export interface Rule {
  readonly name: string;
  /** One sentence for people: why this rule keeps a suggestion from being shown. */
  readonly reason: string;
}

export const TOO_UNSURE: Rule = { name: 'too-unsure', reason: 'The model is not sure enough of what comes next here.' };

export const TOO_SHORT: Rule = {
  name: 'too-short',
  reason: `What the model is sure of is shorter than ${SHORTEST} characters.`,
};

export const HALF_TOKEN: Rule = {
  name: 'half-token',
  reason: 'The model is only sure of a part of the next word or operator.',
};

export const DECLINED: Rule = {
  name: 'declined',
  reason: 'You saw this suggestion and typed on instead of accepting it.',
};

/** Text that somebody saw suggested here and did not take: it is not what they want, though its beginning may be. */
export interface Declined {
  readonly text: string;
  /** Probability that it was right, before they declined it. */
  readonly probability: number;
}

/**
 * The beginning of a continuation that is worth most, if any is worth showing: it ends with a token or a part of a name, where
 * it `mayEnd`, and has not been declined. `rule` says why there is none.
 */
export function gate(
  continuation: Continuation,
  threshold: number,
  declined: readonly Declined[] = [],
  mayEnd: (length: number) => boolean = () => true,
): { length: number; rule: Rule | null } {
  const price = (USUAL * threshold) / (1 - threshold);
  const ends = continuation.characters
    .map((_, i) => i + 1)
    .filter((length) => endsPart(continuation, length) && mayEnd(length));
  const length = mostWorth(continuation.characters, ends, price, declined);
  if (length > 0) return { length, rule: null };
  const isDeclined = declined.length > 0 && mostWorth(continuation.characters, ends, price, []) > 0;
  return { length, rule: isDeclined ? DECLINED : whyNothing(continuation, threshold) };
}

/**
 * Expected keys saved less `price` for each suggestion that is wrong, over the whole continuation, where the best is shown
 * at every end: what is all but certain is shown by itself first, since the doubtful rest can be shown after it.
 * Dynamic programming from the end; gives the length to show now, one of `ends`, or 0 for nothing.
 */
function mostWorth(
  characters: readonly Character[],
  ends: readonly number[],
  price: number,
  declined: readonly Declined[],
): number {
  /** Of what follows the first so many characters, given that they are right. */
  const worth = new Float64Array(characters.length + 1);
  const mayBegin = new Set([0, ...ends]);
  let length = 0;
  for (let from = characters.length - 1; from >= 0; from--) {
    worth[from] = characters[from].probability * worth[from + 1];
    if (!mayBegin.has(from)) continue;
    let [probability, at] = [1, from];
    for (const end of ends) {
      if (end - from < SHORTEST) continue;
      while (at < end) probability *= characters[at++].probability;
      const isRight = from > 0 ? probability : probabilityOf(characters.slice(0, end), declined);
      const value = isRight * (end - from - 1 + worth[end]) - price * (1 - isRight);
      // Not a number where what was declined had been certain.
      if (!(value > worth[from])) continue;
      worth[from] = value;
      if (from === 0) length = end;
    }
  }
  return length;
}

function whyNothing(continuation: Continuation, threshold: number): Rule {
  const sure = sureLength(continuation.characters, threshold);
  if (sure < SHORTEST) return sure === continuation.characters.length ? TOO_SHORT : TOO_UNSURE;
  for (let length = SHORTEST; length <= sure; length++) if (endsPart(continuation, length)) return TOO_UNSURE;
  return HALF_TOKEN;
}

/**
 * Probability that all of these characters are right, given that the declined texts are wrong: none where they hold one of
 * them, and less than otherwise where they begin one.
 */
export function probabilityOf(characters: readonly Character[], declined: readonly Declined[] = []): number {
  const probability = characters.reduce((product, character) => product * character.probability, 1);
  if (declined.length === 0) return probability;
  const text = characters.map((character) => character.text).join('');
  if (declined.some((other) => text.startsWith(other.text))) return 0;
  // Of several texts that begin like this the most probable is the shortest, which all others begin with.
  const wrong = Math.max(
    0,
    ...declined.filter((other) => other.text.startsWith(text)).map((other) => other.probability),
  );
  return wrong === 0 ? probability : (probability - wrong) / (1 - wrong);
}

function sureLength(characters: readonly Character[], threshold: number): number {
  let cumulative = 1;
  const unsure = characters.findIndex((character) => {
    cumulative *= character.probability;
    return cumulative < threshold;
  });
  return unsure < 0 ? characters.length : unsure;
}

function endsPart({ characters, endsLine }: Continuation, length: number): boolean {
  const after = characters[length]?.text ?? (endsLine ? '\n' : 'x');
  return !isInsidePart(characters[length - 1].text, after);
}

const WORD = /\w/;
const OPERATOR = /^(?:\*\*|\/\/|<<|>>|<=|>=|==|!=|->|:=|[-+*/%@&|^]=)$/;

/**
 * A name's parts are ends as tokens are: where all names that may follow begin alike, as `assertEqual` and `assertTrue` do,
 * people get what is certain, up to where they have to choose. Of those that nobody knows as a name of its own a filter
 * (unknown-name) drops most.
 */
function isInsidePart(before: string, after: string): boolean {
  const isInsideName = WORD.test(before) && WORD.test(after);
  return (isInsideName && !isBetweenParts(before, after)) || OPERATOR.test(before + after);
}

/**
 * Before underscores and before a capital letter, as an editor's word-part motions have it. What ends after an underscore would
 * look unfinished.
 */
function isBetweenParts(before: string, after: string): boolean {
  return (before !== '_' && after === '_') || (/[a-z0-9]/.test(before) && /[A-Z]/.test(after));
}
