import type { Settings } from '../protocol/lsp';
import type { Character, Continuation } from './decode';

/** How sure a suggestion has to be in each mode: the least probability that all of it is right. */
export type Thresholds = Readonly<Record<Settings['suggestions'], number>>;

export const THRESHOLDS: Thresholds = { quiet: 0.8, balanced: 0.5, eager: 0.3 };

/** Characters under which a suggestion saves too little to be worth a look. */
export const SHORTEST = 4;

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
  reason: 'The model is only sure of a part of the next name or operator.',
};

/** How much of a continuation is worth showing: a number of characters, 0 with the rule that says why. */
export function gate(continuation: Continuation, threshold: number): { length: number; rule: Rule | null } {
  const sure = sureLength(continuation.characters, threshold);
  const whole = wholeTokens(continuation, sure);
  if (whole >= SHORTEST) return { length: whole, rule: null };
  if (sure >= SHORTEST) return { length: 0, rule: HALF_TOKEN };
  return { length: 0, rule: sure === continuation.characters.length ? TOO_SHORT : TOO_UNSURE };
}

/** Probability that all of these characters are right. */
export function probabilityOf(characters: readonly Character[]): number {
  return characters.reduce((product, character) => product * character.probability, 1);
}

function sureLength(characters: readonly Character[], threshold: number): number {
  let cumulative = 1;
  const unsure = characters.findIndex((character) => {
    cumulative *= character.probability;
    return cumulative < threshold;
  });
  return unsure < 0 ? characters.length : unsure;
}

/** The longest prefix of at most `length` characters that does not end inside a token. */
function wholeTokens({ characters, endsLine }: Continuation, length: number): number {
  const textAt = (index: number) => characters[index]?.text ?? (endsLine ? '\n' : 'x');
  let end = length;
  while (end > 0 && isInsideToken(textAt(end - 1), textAt(end))) end--;
  return end;
}

const WORD = /\w/;
const OPERATOR = /^(?:\*\*|\/\/|<<|>>|<=|>=|==|!=|->|:=|[-+*/%@&|^]=)$/;

function isInsideToken(before: string, after: string): boolean {
  return (WORD.test(before) && WORD.test(after)) || OPERATOR.test(before + after);
}
