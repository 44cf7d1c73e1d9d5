import * as v from 'valibot';

/** What the panel's view into a network asks for and gets. */

/** Longest text that is looked into. */
export const LONGEST_INSPECTED = 4000;

/** A character that a network thought might come, as `characterOf` (src/python/alphabet.ts) shows it. */
const Alternative = v.object({ character: v.string(), probability: v.number() });

/** What a network that has read a text up to a character thought of that character. */
export const InspectedCharacter = v.object({
  probability: v.number(),
  /** Surprise: −log2 of the probability. */
  bits: v.number(),
  /** The likeliest characters, the likeliest first; the text's own may be among them. */
  alternatives: v.array(Alternative),
});
export type InspectedCharacter = v.InferOutput<typeof InspectedCharacter>;

/** Properties of a place in Python code that a unit may track. */
export const UNIT_PROPERTIES = ['bracketDepth', 'inString', 'inComment', 'indentation', 'column'] as const;
export type UnitProperty = (typeof UNIT_PROPERTIES)[number];

/** A unit of a network, and Pearson's correlation of its activation with a property. */
export const RankedUnit = v.object({ layer: v.number(), unit: v.number(), correlation: v.number() });
export type RankedUnit = v.InferOutput<typeof RankedUnit>;

/** Units that track a property best, the best first; none where the property is the same all over the text. */
export const UnitRanking = v.object({ property: v.picklist(UNIT_PROPERTIES), units: v.array(RankedUnit) });
export type UnitRanking = v.InferOutput<typeof UnitRanking>;
