import * as v from 'valibot';

/** Position of a training beside the engine's state: all that a resume needs to go on as if it had not stopped. */
export const TrainingPosition = v.object({
  /** Minibatches taken from the corpus; the next one's index. */
  minibatch: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** Characters trained and seconds spent, all sessions. */
  characters: v.pipe(v.number(), v.minValue(0)),
  seconds: v.pipe(v.number(), v.minValue(0)),
  /** Epoch of the last sample; 0 before the first. */
  sampledAt: v.pipe(v.number(), v.minValue(0)),
  /** Running mean of the loss, in nats per character. */
  meanLoss: v.nullable(v.number()),
  /** The last validation. */
  validation: v.nullable(v.object({ bpc: v.number(), accuracy: v.number() })),
});
export type TrainingPosition = v.InferOutput<typeof TrainingPosition>;

export const BEGINNING: TrainingPosition = {
  minibatch: 0,
  characters: 0,
  seconds: 0,
  sampledAt: 0,
  meanLoss: null,
  validation: null,
};
