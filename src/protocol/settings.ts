import * as v from 'valibot';
import { CELLS, ENGINES, LONGEST_SAMPLE_PROMPT, MOST_SAMPLE_PROMPTS, PRESETS } from './choices';
import { numberIn, positiveNumbers, SEED, wholeNumbers } from './range';

/** The `understudy` section, read with `workspace/configuration`; numbers in the ranges that package.json declares. */
export const Settings = v.object({
  enable: v.boolean(),
  /** Mode of the suggestions, by the probability that they need. */
  suggestions: v.picklist(['quiet', 'balanced', 'eager']),
  /** Complete from a memory of the code base as well. */
  memory: v.boolean(),
  preset: v.picklist(PRESETS),
  /** Minutes a training may take. */
  minutes: numberIn(positiveNumbers(1440)),
  cell: v.picklist(CELLS),
  layers: numberIn(wholeNumbers(1, 8)),
  units: numberIn(wholeNumbers(8, 2048)),
  engine: v.picklist(ENGINES),
  /** 0: as many as there are processors. */
  threads: numberIn(wholeNumbers(0, 256)),
  seed: numberIn(SEED),
  exclude: v.array(v.string()),
  /** Prompts of samples, beside those of every training. */
  samplePrompts: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_SAMPLE_PROMPT))),
    v.maxLength(MOST_SAMPLE_PROMPTS),
  ),
});
export type Settings = v.InferOutput<typeof Settings>;
