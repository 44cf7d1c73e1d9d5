import * as v from 'valibot';
import { CELLS } from './choices';

/** Validation on the way of a training. */
const ValidationPoint = v.object({ epoch: v.number(), seconds: v.number(), bpc: v.number() });
export type ValidationPoint = v.InferOutput<typeof ValidationPoint>;

/** Configuration of a training, and what came of it. */
export const RunDetails = v.object({
  preset: v.string(),
  cell: v.picklist(CELLS),
  layers: v.number(),
  units: v.number(),
  parameters: v.number(),
  batch: v.number(),
  seqlen: v.number(),
  seed: v.number(),
  engine: v.string(),
  mode: v.string(),
  /** Whether it came to its end; a training may have been stopped, or go on. */
  isComplete: v.boolean(),
  epoch: v.number(),
  /** Characters and seconds of training, all sessions. */
  characters: v.number(),
  seconds: v.number(),
  /** Validation of the fewest bits per character; null before the first. */
  best: v.nullable(v.object({ bpc: v.number(), epoch: v.number() })),
  /** Validations in order, at most `MOST_CURVE_POINTS`. */
  curve: v.array(ValidationPoint),
  /** Epochs of the checkpoints that are kept for good. */
  checkpoints: v.array(v.number()),
});
export type RunDetails = v.InferOutput<typeof RunDetails>;

export const MOST_CURVE_POINTS = 200;

/** A training of the workspace, the current one or one before. */
export const RunSummary = v.object({
  id: v.string(),
  /** As given by somebody, else day, time and preset. */
  name: v.string(),
  /** ISO 8601; empty where the run's files are damaged. */
  created: v.string(),
  bytes: v.number(),
  /** Whether it is the newest one, which may be going on. */
  isCurrent: v.boolean(),
  /** Null where the run's files are damaged. */
  details: v.nullable(RunDetails),
});
export type RunSummary = v.InferOutput<typeof RunSummary>;
