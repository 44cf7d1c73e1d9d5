import * as v from 'valibot';
import { Status } from './model-status';
import { Statistics } from './statistics';
import { TrainingEvent } from './training-events';

/** Extension host to webview. The host owns the data: `history` replaces everything the panel knows of the training. */
export const ToPanel = v.variant('kind', [
  v.object({ kind: v.literal('history'), status: Status, events: v.array(TrainingEvent) }),
  v.object({ kind: v.literal('status'), status: Status }),
  v.object({ kind: v.literal('event'), event: TrainingEvent }),
  v.object({ kind: v.literal('statistics'), statistics: Statistics }),
  /** Answers to `codeAware`. */
  v.object({ kind: v.literal('codeAwareSample'), epoch: v.number(), text: v.string() }),
  v.object({ kind: v.literal('noCodeAwareSample'), epoch: v.number(), reason: v.string() }),
]);
export type ToPanel = v.InferOutput<typeof ToPanel>;

/** Webview to extension host. `ready` asks for the history, `codeAware` for a code-aware sample of an epoch. */
export const FromPanel = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('train') }),
  v.object({ kind: v.literal('stop') }),
  v.object({ kind: v.literal('resume') }),
  v.object({ kind: v.literal('resetStatistics') }),
  v.object({ kind: v.literal('codeAware'), epoch: v.number() }),
]);
export type FromPanel = v.InferOutput<typeof FromPanel>;
