import * as v from 'valibot';

/** Statistics of the suggestions in this workspace; kept beside its runs, never sent anywhere else. */
export const Statistics = v.object({
  /** When counting began, as an ISO 8601 date. */
  since: v.string(),
  shown: v.number(),
  /** Suggestions of which more than one character was taken over at once. */
  accepted: v.number(),
  /** Characters taken over. */
  characters: v.number(),
  /** Of these, suggestions from epochs that the user had chosen to suggest from. Older versions did not count them. */
  byEpoch: v.optional(
    v.array(v.object({ epoch: v.number(), shown: v.number(), accepted: v.number(), characters: v.number() })),
    [],
  ),
  /** Milliseconds that the latest requests took; null before the first. */
  latency: v.nullable(v.object({ p50: v.number(), p95: v.number() })),
});
export type Statistics = v.InferOutput<typeof Statistics>;
