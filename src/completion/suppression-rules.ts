import { LONGEST_DOCUMENT } from './document';

/** Rule that keeps a suggestion, or a part of it, from being shown. */
export interface SuppressionRule {
  /** Name that `Explanation.droppedBy` gives; no two rules share one. */
  readonly name: string;
  /** One sentence for people: why this rule keeps a suggestion from being shown. */
  readonly reason: string;
}

/**
 * Characters of the shortest suggestion. One would save nothing; two save a key, which the price allows only where they
 * are rather sure: mostly ends of words.
 */
export const SHORTEST = 2;

/**
 * Reasons that people can see for an empty place, from the workspace down to the candidate. The filters
 * (filters/filters.ts) have theirs beside what they do; there are no others.
 */
export const SUPPRESSION_RULES = {
  off: { name: 'off', reason: 'Suggestions are switched off here (the setting "understudy.enable").' },
  restricted: { name: 'restricted', reason: 'Understudy is off in a workspace that is not trusted.' },
  tooLong: {
    name: 'too-long',
    reason: `Documents of more than ${LONGEST_DOCUMENT.toLocaleString('en-US')} characters get no suggestions: each would take too long.`,
  },
  noModel: { name: 'no-model', reason: 'There is no model yet: train on the workspace first.' },
  stillLearning: { name: 'still-learning', reason: 'The training that is running has no model to suggest from yet.' },
  midLine: {
    name: 'mid-line',
    reason: 'Suggestions appear at the end of a line, or before nothing but closing brackets and quotes.',
  },
  tooUnsure: { name: 'too-unsure', reason: 'The model is not sure enough of what comes next here.' },
  tooShort: { name: 'too-short', reason: `What the model is sure of is shorter than ${SHORTEST} characters.` },
  halfToken: { name: 'half-token', reason: 'The model is only sure of a part of the next word or operator.' },
  declined: { name: 'declined', reason: 'You saw this suggestion and typed on instead of accepting it.' },
} as const satisfies Record<string, SuppressionRule>;
