import * as v from 'valibot';

/**
 * Experts of the model that completes: a network with its epoch and bits per character (null where there is none yet),
 * and perhaps a memory beside it.
 */
export const ModelState = v.object({
  epoch: v.nullable(v.number()),
  bpc: v.nullable(v.number()),
  memory: v.boolean(),
  /** Whether the user has chosen the epoch; else it is the newest. A network of a chosen epoch completes alone. */
  isChosen: v.optional(v.boolean()),
});
export type ModelState = v.InferOutput<typeof ModelState>;

/**
 * State of the server, as the status item shows it. `model` stands beside every state in which completions are
 * answered.
 */
export const Status = v.variant('kind', [
  v.object({ kind: v.literal('no-model') }),
  v.object({
    kind: v.literal('training'),
    done: v.number(),
    secondsLeft: v.nullable(v.number()),
    model: v.nullable(ModelState),
  }),
  v.object({ kind: v.literal('ready'), model: ModelState }),
  /** A training was stopped before its end and can be resumed. */
  v.object({ kind: v.literal('paused'), model: v.nullable(ModelState), done: v.number() }),
  /** Another window on this workspace trains. */
  v.object({ kind: v.literal('elsewhere'), model: v.nullable(ModelState) }),
  v.object({ kind: v.literal('error'), message: v.string(), model: v.nullable(ModelState) }),
]);
export type Status = v.InferOutput<typeof Status>;
