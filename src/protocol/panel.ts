import * as v from 'valibot';
import { Status } from './model-status';
import { NONE, request } from './request-kind';
import { Statistics } from './statistics';
import { TrainingEvent } from './training-events';

/** Extension host to webview. The host owns the data: `history` replaces everything the panel knows of the training. */
export const ToPanel = v.variant('kind', [
  v.object({ kind: v.literal('history'), status: Status, events: v.array(TrainingEvent) }),
  v.object({ kind: v.literal('status'), status: Status }),
  v.object({ kind: v.literal('event'), event: TrainingEvent }),
  v.object({ kind: v.literal('statistics'), statistics: Statistics }),
  /** Text from the editor, to be looked into. */
  v.object({ kind: v.literal('inspect'), text: v.string() }),
  /** Answers to the `request` of the same id: parts of the result where it comes in parts, then one of the others. */
  v.object({ kind: v.literal('part'), id: v.number(), part: v.unknown() }),
  v.object({ kind: v.literal('response'), id: v.number(), result: v.unknown() }),
  v.object({ kind: v.literal('refusal'), id: v.number(), reason: v.string() }),
]);
export type ToPanel = v.InferOutput<typeof ToPanel>;

/** The editor's selection, which the extension host itself tells; null where nothing is selected. */
export const EditorSelection = request('understudy/selection', NONE, v.object({ text: v.nullable(v.string()) }));

/** Webview to extension host. `ready` asks for the history, `request` for what the server answers (PANEL_REQUESTS). */
export const FromPanel = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('train') }),
  v.object({ kind: v.literal('stop') }),
  v.object({ kind: v.literal('resume') }),
  v.object({ kind: v.literal('resetStatistics') }),
  v.object({ kind: v.literal('suggestFromNewest') }),
  /** Opens the walkthrough that explains what is to be seen. */
  v.object({ kind: v.literal('openLesson') }),
  /** Opens a training file, relative to its folder, at a line counted from 1. */
  v.object({ kind: v.literal('openSource'), file: v.string(), line: v.number() }),
  /** Opens Python text in an editor of its own. */
  v.object({ kind: v.literal('openText'), text: v.string() }),
  v.object({ kind: v.literal('copy'), text: v.string() }),
  /** Asks for the editor's selection, which comes as `inspect`. */
  v.object({ kind: v.literal('inspectSelection') }),
  /** Exports a run, of this id, to a folder that the host asks for. */
  v.object({ kind: v.literal('exportRun'), run: v.string() }),
  v.object({ kind: v.literal('request'), id: v.number(), method: v.string(), params: v.unknown() }),
  /** Stops the work on a request. */
  v.object({ kind: v.literal('cancel'), id: v.number() }),
]);
export type FromPanel = v.InferOutput<typeof FromPanel>;
