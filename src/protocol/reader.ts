import * as v from 'valibot';
import { TrainRequest } from './training-events';

/**
 * What the server and the reader's process say to each other. The reader goes through a workspace's files, so that
 * however many there are nobody who types waits for it.
 */

/** Server to reader, once: what to read. A closed channel ends it. */
export const ReadRequest = v.variant('kind', [
  v.object({
    kind: v.literal('files'),
    /** Absolute. */
    folders: v.array(v.string()),
    excludes: v.array(v.string()),
    /** Bytes above which a sample of the files is read. */
    mostBytes: v.number(),
  }),
  v.object({
    kind: v.literal('heldOut'),
    folders: v.array(v.string()),
    excludes: v.array(v.string()),
    /** As a training's request says. */
    holdout: TrainRequest.entries.holdout,
    /** Characters of the sample. */
    mostCharacters: v.number(),
  }),
  v.object({ kind: v.literal('names'), folders: v.array(v.string()), excludes: v.array(v.string()) }),
]);
export type ReadRequest = v.InferOutput<typeof ReadRequest>;

/** A file's name in the workspace, and its symbols. */
export const ReaderFile = v.object({ name: v.string(), symbols: v.instance(Uint8Array) });
export type ReaderFile = v.InferOutput<typeof ReaderFile>;

/** Reader to server: some files or names at a time, then one end. */
export const ReaderMessage = v.variant('kind', [
  v.object({ kind: v.literal('files'), files: v.array(ReaderFile) }),
  /** In the order of their UTF-16 code units over all messages, each once. */
  v.object({ kind: v.literal('names'), names: v.array(v.string()) }),
  v.object({ kind: v.literal('done') }),
  /** One sentence for people. */
  v.object({ kind: v.literal('failed'), message: v.string() }),
]);
export type ReaderMessage = v.InferOutput<typeof ReaderMessage>;
