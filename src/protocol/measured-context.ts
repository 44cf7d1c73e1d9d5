import * as v from 'valibot';
import { CELLS } from './choices';

/** How far back a network sees, as `understudy eval --context` and the panel measure it (src/inspection/context.ts). */
export const MeasuredContext = v.object({
  /** Epoch and size of the network. */
  epoch: v.number(),
  cell: v.picklist(CELLS),
  layers: v.number(),
  units: v.number(),
  /** Fingerprint of the text: what was measured on the same text can be compared. */
  text: v.string(),
  /** Whether the text was held out, or for want of such files learnt from. */
  isHeldOut: v.boolean(),
  /** Characters predicted with every reach. */
  characters: v.number(),
  /** Bits per character and accuracy where the network may see `reach` characters before the one that it predicts. */
  reaches: v.array(v.object({ reach: v.number(), bpc: v.number(), accuracy: v.number() })),
  /** Characters in which closing brackets were counted. */
  read: v.number(),
  /** Closing brackets predicted, by distance from their opener: at least `from`, less than `to`; null for no bound. */
  closers: v.array(v.object({ from: v.number(), to: v.nullable(v.number()), right: v.number(), total: v.number() })),
});
export type MeasuredContext = v.InferOutput<typeof MeasuredContext>;
