import * as v from 'valibot';

/** File of a training: its path in the workspace, with forward slashes, and whether it is held out for validation. */
export const TrainingFile = v.object({ name: v.string(), characters: v.number(), isHeldOut: v.boolean() });
export type TrainingFile = v.InferOutput<typeof TrainingFile>;

/** Files that are listed at most: about a megabyte, in the run's folder and on its way to the panel. */
export const MOST_LISTED_FILES = 10_000;

/** Files that a training learns from and those held out. */
export const TrainingFiles = v.object({
  /** The largest ones, the largest first. */
  listed: v.array(TrainingFile),
  /** Number and characters of the smaller ones that are not listed. */
  unlisted: v.object({ files: v.number(), characters: v.number() }),
});
export type TrainingFiles = v.InferOutput<typeof TrainingFiles>;
