import * as v from 'valibot';
import { Explanation } from './completion';
import { numberIn, positiveNumbers, SEED, wholeNumbers } from './range';
import { TrainingEvent } from './training-events';

/**
 * What the language server speaks beside the standard protocol. Names carry the prefix `understudy/`.
 * What any editor should be able to ask for is a command of `workspace/executeCommand` (ServerCommand) as well.
 */

/** `initializationOptions`. */
export const ServerOptions = v.object({
  /** Absolute folder for this workspace's runs; never inside the user's project. */
  storage: v.string(),
  /** False in an untrusted workspace: no training, no native code. */
  trusted: v.boolean(),
  /** The client wants to be told by STATUS, TRAINING and STATISTICS_CHANGED; others get a message where it matters. */
  notifications: v.boolean(),
  /**
   * An item replaces its line up to the cursor, with itself and more, so that VS Code's ghost text does not flicker. For other
   * clients an item is what is added at the cursor.
   */
  rangeFromLineStart: v.boolean(),
});
export type ServerOptions = v.InferOutput<typeof ServerOptions>;

/** The `understudy` section, read with `workspace/configuration`; numbers in the ranges that package.json declares. */
export const Settings = v.object({
  enable: v.boolean(),
  /** How sure a suggestion has to be. */
  suggestions: v.picklist(['quiet', 'balanced', 'eager']),
  /** Complete from a memory of the code base as well. */
  memory: v.boolean(),
  preset: v.picklist(['talk', 'fast']),
  /** Minutes a training may take. */
  minutes: numberIn(positiveNumbers(1440)),
  layers: numberIn(wholeNumbers(1, 8)),
  units: numberIn(wholeNumbers(8, 2048)),
  engine: v.picklist(['auto', 'native', 'tfjs', 'reference']),
  /** 0: as many as there are processors. */
  threads: numberIn(wholeNumbers(0, 256)),
  seed: numberIn(SEED),
  exclude: v.array(v.string()),
});
export type Settings = v.InferOutput<typeof Settings>;

/** Commands of `workspace/executeCommand`. */
export const ServerCommand = {
  train: 'understudy.server.train',
  stop: 'understudy.server.stop',
  resume: 'understudy.server.resume',
  /** Answers `Status`. */
  status: 'understudy.server.status',
  /** Its one argument is what EXPLAIN takes; answers the same. */
  explain: 'understudy.server.explain',
  /** Answers `Statistics`. */
  statistics: 'understudy.server.statistics',
  /** Answers the empty `Statistics`. */
  resetStatistics: 'understudy.server.resetStatistics',
  /** Answers `DeleteModelsResult`. */
  deleteModels: 'understudy.server.deleteModels',
} as const;

/** What completes: a network as it was at an epoch, null where there is none yet, and perhaps a memory beside it. */
export const ModelState = v.object({ epoch: v.nullable(v.number()), bpc: v.nullable(v.number()), memory: v.boolean() });
export type ModelState = v.InferOutput<typeof ModelState>;

/** What the status item shows. `model` stands beside every state in which completions are answered. */
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

/** Notification, server to client, on every change; to clients that want notifications (ServerOptions). */
export const STATUS = 'understudy/status';

/** Notification, server to client: a `TrainingEvent` as it happens; to clients that want notifications. */
export const TRAINING = 'understudy/training';

/** Request without parameters: the run's history so far, for a panel that opens late. */
export const HISTORY = 'understudy/history';
export const History = v.object({ status: Status, events: v.array(TrainingEvent) });
export type History = v.InferOutput<typeof History>;

/** An unsigned integer, as LSP has them. */
const Unsigned = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1));

/** A place in a document, in UTF-16 code units; past the end of a line it means its end, past the last line the document's. */
export const Position = v.object({ line: Unsigned, character: Unsigned });
const DocumentPosition = v.object({ uri: v.string(), position: Position });

/** Request: text generated at a position, for "Generate Sample Here". */
export const GENERATE = 'understudy/generate';
export const GenerateParams = v.object({
  ...DocumentPosition.entries,
  length: v.number(),
  temperature: v.number(),
  /** Keeps to Python's grammar and to names that are known; without it the network writes what it likes. */
  codeAware: v.optional(v.boolean()),
});
export type GenerateParams = v.InferOutput<typeof GenerateParams>;
export const GenerateResult = v.object({ text: v.string() });
export type GenerateResult = v.InferOutput<typeof GenerateResult>;

/**
 * Request: what the network of one of the run's samples writes with the same random numbers when it keeps to Python's
 * grammar and to names that are known; answers `GenerateResult`.
 */
export const CODE_AWARE_SAMPLE = 'understudy/codeAwareSample';
/** `epoch`: the sample's. */
export const CodeAwareSampleParams = v.object({ epoch: v.number() });
export type CodeAwareSampleParams = v.InferOutput<typeof CodeAwareSampleParams>;

/** Request: why ghost text is or is not shown at a position. */
export const EXPLAIN = 'understudy/explain';
export const ExplainParams = DocumentPosition;
export type ExplainParams = v.InferOutput<typeof ExplainParams>;
export const ExplainResult = Explanation;

/** Request without parameters: deletes every run in the storage folder; answers how many were deleted. */
export const DELETE_MODELS = 'understudy/deleteModels';
export const DeleteModelsResult = v.object({ deleted: v.number() });
export type DeleteModelsResult = v.InferOutput<typeof DeleteModelsResult>;

/**
 * Request: sets up training on an NVIDIA GPU, as `understudy gpu setup` does; progress is shown with a Cancel button.
 * Answers null where that was pressed; fails with a sentence.
 */
export const SET_UP_GPU = 'understudy/setUpGpu';
/** `python`: the Python whose TensorFlow is wanted; null to look for one. */
export const SetUpGpuParams = v.object({ python: v.nullable(v.string()) });
export type SetUpGpuParams = v.InferOutput<typeof SetUpGpuParams>;
export const SetUpGpuResult = v.nullable(
  v.object({
    /** What was found, in a sentence or two. */
    message: v.string(),
    /** Whether trainings can use a GPU now. */
    gpu: v.boolean(),
  }),
);
export type SetUpGpuResult = v.InferOutput<typeof SetUpGpuResult>;

/** What suggestions have done in this workspace; kept beside its runs, never sent anywhere else. */
export const Statistics = v.object({
  /** When counting began, as an ISO 8601 date. */
  since: v.string(),
  shown: v.number(),
  /** Suggestions of which more than one character was taken over at once. */
  accepted: v.number(),
  /** Characters taken over. */
  characters: v.number(),
  /** Milliseconds that the latest requests took; null before the first. */
  latency: v.nullable(v.object({ p50: v.number(), p95: v.number() })),
});
export type Statistics = v.InferOutput<typeof Statistics>;

/** Request without parameters; answers `Statistics`. */
export const STATISTICS = 'understudy/statistics';

/** Notification, server to client, soon after they have changed: `Statistics`; to clients that want notifications. */
export const STATISTICS_CHANGED = 'understudy/statisticsChanged';

/** Request without parameters: counts anew; answers the empty `Statistics`. */
export const RESET_STATISTICS = 'understudy/resetStatistics';

/** Notification, client to server: the workspace became trusted. */
export const TRUSTED = 'understudy/trusted';
