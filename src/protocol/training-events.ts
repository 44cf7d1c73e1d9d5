import * as v from 'valibot';
import { CELLS, ENGINES, HOLDOUT_RULES, PRESETS } from './choices';
import { Mark } from './marks';

/** Request for a training. The command line, the server and the trainer all speak of it in these terms. */
export const TrainRequest = v.object({
  /** Absolute folders to learn from. */
  folders: v.array(v.string()),
  /** Absolute path of the run folder. */
  run: v.string(),
  preset: v.picklist(PRESETS),
  /** Stop after this many epochs or seconds, whichever comes first; null for no such limit. */
  epochs: v.nullable(v.number()),
  seconds: v.nullable(v.number()),
  /** Older runs lack it. */
  cell: v.optional(v.nullable(v.picklist(CELLS)), null),
  layers: v.nullable(v.number()),
  units: v.nullable(v.number()),
  seqlen: v.nullable(v.number()),
  batch: v.nullable(v.number()),
  engine: v.picklist(ENGINES),
  /** null: as many as there are processors. */
  threads: v.nullable(v.number()),
  seed: v.number(),
  /** Rules, or patterns as in a .gitignore. */
  holdout: v.union([v.picklist(HOLDOUT_RULES), v.array(v.string())]),
  /** Extra globs to leave out, beside .gitignore and the defaults. */
  excludes: v.array(v.string()),
  /** Read all files, not a sample where they are too many. Older runs lack it. */
  wholeCorpus: v.optional(v.boolean(), false),
  /**
   * A memory of the code base will complete beside the network, so suggestions are tried out with both. Older runs lack
   * it.
   */
  memory: v.optional(v.boolean(), true),
  /** What samples begin with beside SAMPLE_PROMPTS (generation/sample.ts). Older runs lack it. */
  prompts: v.optional(v.array(v.string()), []),
  /** Go on from the run's newest checkpoint. */
  resume: v.boolean(),
});
export type TrainRequest = v.InferOutput<typeof TrainRequest>;

/** Progress of reading the files, about four times a second before the corpus is known. */
export const ReadingEvent = v.object({
  kind: v.literal('reading'),
  /** Python files found so far, to be read, and read. */
  found: v.number(),
  read: v.number(),
  /** Characters of the files that can be learnt from. */
  characters: v.number(),
});

/** Files left out for one reason, with some of the paths. */
const LeftOut = v.object({ reason: v.string(), count: v.number(), examples: v.array(v.string()) });

/** Left-out file as earlier versions wrote it: each path by itself. */
const LeftOutPath = v.pipe(
  v.object({ path: v.string(), reason: v.string() }),
  v.transform(({ path, reason }) => ({ reason, count: 1, examples: [path] })),
);

/** Corpus found: what will be learnt and what was left out, and why. */
export const CorpusEvent = v.object({
  kind: v.literal('corpus'),
  files: v.number(),
  trainCharacters: v.number(),
  validationFiles: v.number(),
  validationCharacters: v.number(),
  skipped: v.array(v.union([LeftOut, LeftOutPath])),
  /**
   * Files and characters (bytes, rather) that there are, where only a sample of them is used; older runs had no bound.
   */
  sampledFrom: v.optional(v.nullable(v.object({ files: v.number(), characters: v.number() })), null),
});

/**
 * Set-up of a training session: a network of `layers` cells of `units` units each, with `parameters` weights in
 * all; minibatches of [`batch`, `seqlen`] symbols; and the engine with its device and numeric mode.
 */
export const StartedEvent = v.object({
  kind: v.literal('started'),
  run: v.string(),
  preset: v.string(),
  engine: v.string(),
  device: v.string(),
  mode: v.string(),
  /** Older runs had no other. */
  cell: v.optional(v.picklist(CELLS), 'gru'),
  layers: v.number(),
  units: v.number(),
  parameters: v.number(),
  batch: v.number(),
  seqlen: v.number(),
  /** Epochs per step: how far one minibatch goes. */
  epochsPerStep: v.number(),
  /** Epoch this session starts from: 0, or where a resumed run stood. */
  fromEpoch: v.number(),
  /** A line to show as it is, for example that the native engine could not be loaded and what to do; or null. */
  notice: v.nullable(v.string()),
});

/** Progress of the training, about four times a second. */
export const ProgressEvent = v.object({
  kind: v.literal('progress'),
  step: v.number(),
  epoch: v.number(),
  /** Characters trained in this run, all sessions. */
  characters: v.number(),
  /** Seconds spent training in this run, all sessions. */
  seconds: v.number(),
  charactersPerSecond: v.number(),
  /** Share of this training that is done, 0 to 1. */
  done: v.number(),
  secondsLeft: v.nullable(v.number()),
  /** Bits per character over the characters since the last progress event. */
  trainBpc: v.number(),
  learningRate: v.number(),
});

export const ValidationEvent = v.object({
  kind: v.literal('validation'),
  step: v.number(),
  epoch: v.number(),
  seconds: v.number(),
  /** Held-out characters that were counted. */
  characters: v.number(),
  bpc: v.number(),
  accuracy: v.number(),
});

/** Text that the network writes after a prompt, one for each epoch and prompt. Older runs have '\n' alone. */
export const SampleEvent = v.object({
  kind: v.literal('sample'),
  epoch: v.number(),
  prompt: v.string(),
  text: v.string(),
  /** Marks on `text`; absent in older runs. */
  marks: v.optional(v.array(Mark)),
});

const Share = v.object({ right: v.number(), total: v.number() });

/** Structure of Python that the network has learnt, measured on held-out text at a sample's epoch. */
export const StructureEvent = v.object({
  kind: v.literal('structure'),
  epoch: v.number(),
  /** Closing brackets predicted rightly, by the depth of their pair: 1 for the outermost, in order. */
  closers: v.array(Share),
  /** Names that the network writes where the text has one, and those of them that the code base or Python knows. */
  names: Share,
  /** Lines whose indentation was predicted rightly. */
  indents: Share,
});

const CheckpointEvent = v.object({
  kind: v.literal('checkpoint'),
  epoch: v.number(),
  /** Absolute path of the file. */
  path: v.string(),
});

/** Threshold of one mode, and the result of using it on held-out files. */
const OperatingPoint = v.object({
  /** The least probability at which a suggestion of usual length is shown. */
  threshold: v.number(),
  /** Share of the keystrokes that completions saved, in an editor that indents nothing by itself. */
  saved: v.number(),
  /** Suggestions. */
  shown: v.number(),
  /** Share of what was shown that was right. */
  accepted: v.number(),
});

/** A model's own operating points, by mode. */
export const OperatingPoints = v.object({
  quiet: OperatingPoint,
  balanced: OperatingPoint,
  eager: OperatingPoint,
  /** They hold for the network with a memory beside it; else for the network alone. */
  memory: v.boolean(),
});
export type OperatingPoints = v.InferOutput<typeof OperatingPoints>;

/** Result of trying suggestions out on held-out files, at the end of a training. */
export const CalibrationEvent = v.object({
  kind: v.literal('calibration'),
  epoch: v.number(),
  operatingPoints: OperatingPoints,
});

export const FinishedEvent = v.object({
  kind: v.literal('finished'),
  reason: v.picklist(['completed', 'stopped']),
  run: v.string(),
  epoch: v.number(),
  characters: v.number(),
  seconds: v.number(),
  charactersPerSecond: v.number(),
  trainBpc: v.nullable(v.number()),
  validationBpc: v.nullable(v.number()),
  validationAccuracy: v.nullable(v.number()),
});

export const FailedEvent = v.object({ kind: v.literal('failed'), message: v.string() });

/**
 * Events of a training, in order: reading, corpus, started, then progress, validation, sample, structure, checkpoint,
 * perhaps calibration, then one end.
 */
export const TrainingEvent = v.variant('kind', [
  ReadingEvent,
  CorpusEvent,
  StartedEvent,
  ProgressEvent,
  ValidationEvent,
  SampleEvent,
  StructureEvent,
  CheckpointEvent,
  CalibrationEvent,
  FinishedEvent,
  FailedEvent,
]);
export type TrainingEvent = v.InferOutput<typeof TrainingEvent>;
export type ReadingEvent = v.InferOutput<typeof ReadingEvent>;
export type CorpusEvent = v.InferOutput<typeof CorpusEvent>;
export type StartedEvent = v.InferOutput<typeof StartedEvent>;
export type ProgressEvent = v.InferOutput<typeof ProgressEvent>;
export type ValidationEvent = v.InferOutput<typeof ValidationEvent>;
export type SampleEvent = v.InferOutput<typeof SampleEvent>;
export type StructureEvent = v.InferOutput<typeof StructureEvent>;
export type CheckpointEvent = v.InferOutput<typeof CheckpointEvent>;
export type CalibrationEvent = v.InferOutput<typeof CalibrationEvent>;
export type FinishedEvent = v.InferOutput<typeof FinishedEvent>;
export type FailedEvent = v.InferOutput<typeof FailedEvent>;

/** Server to trainer. `stop` writes a full checkpoint first; a closed channel means the same. */
export const TrainerCommand = v.variant('kind', [
  v.object({ kind: v.literal('start'), request: TrainRequest }),
  v.object({ kind: v.literal('stop') }),
]);
export type TrainerCommand = v.InferOutput<typeof TrainerCommand>;
