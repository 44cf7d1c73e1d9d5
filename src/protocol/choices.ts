/** Names that settings, options and requests choose from; package.json offers the same ones. */

/** Presets of a training: hyperparameters as in the talk, or those that learn soonest. */
export const PRESETS = ['talk', 'fast'] as const;

/** Recurrent cells of a network: the talk's second, which all trainings had at first, and its plain first one. */
export const CELLS = ['gru', 'rnn'] as const;
export type CellName = (typeof CELLS)[number];

/** Engines that somebody may ask for; `auto` takes the fastest that works. */
export const ENGINES = ['auto', 'native', 'tfjs', 'reference'] as const;
export type WantedEngine = (typeof ENGINES)[number];

/** Own prompts that samples may be written after, and their characters, at the most. */
export const MOST_SAMPLE_PROMPTS = 8;
export const LONGEST_SAMPLE_PROMPT = 200;

/** Rules by which files are held out for validation (corpus/holdout.ts). */
export const HOLDOUT_RULES = ['every-10th', 'auto', 'none'] as const;
