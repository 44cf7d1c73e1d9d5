import * as v from 'valibot';

/**
 * Explanation of the ghost text at one position, shown or not: what `understudy complete --json` prints and what "Why
 * No Suggestion Here?" shows.
 */
export const Explanation = v.object({
  /** Text shown; empty when nothing is. */
  text: v.string(),
  shown: v.boolean(),
  /** Probability that all of `text` (or of `candidate` when nothing is shown) is right, 0 to 1. */
  probability: v.number(),
  /** The candidate's characters, each with the model's probability. */
  characters: v.array(v.object({ text: v.string(), probability: v.number() })),
  /** Name of the rule that kept the candidate from being shown, or null. */
  droppedBy: v.nullable(v.string()),
  /** One sentence for people about `droppedBy`; null when text is shown. */
  reason: v.nullable(v.string()),
  /** Text that the model would have written before any rule. */
  candidate: v.string(),
});
export type Explanation = v.InferOutput<typeof Explanation>;
