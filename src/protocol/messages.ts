import * as v from 'valibot';
import { Explanation } from './completion';
import { InspectedCharacter, UnitRanking } from './inspection';
import { MeasuredContext } from './measured-context';
import { Status } from './model-status';
import { NONE, notification, type RequestKind, request, streamingRequest } from './request-kind';
import { RunSummary } from './run-summary';
import { Statistics } from './statistics';
import { TrainingEvent } from './training-events';
import { TrainingFiles } from './training-files';

/**
 * Messages between the language server and its clients, beside those of the Language Server Protocol 3.18. What any
 * editor should be able to ask for is a command of `workspace/executeCommand` (ServerCommand) as well.
 */

/** `initializationOptions`. */
export const ServerOptions = v.object({
  /** Absolute folder for this workspace's runs; never inside the user's project. */
  storage: v.string(),
  /** False in an untrusted workspace: no training, no native code. */
  trusted: v.boolean(),
  /**
   * The client wants to be told by `StatusChanged`, `Training` and `StatisticsChanged`; others get a message where it
   * matters.
   */
  notifications: v.boolean(),
  /**
   * An item replaces its line up to the cursor, with itself and more, so that VS Code's ghost text does not flicker.
   * For other clients an item is what is added at the cursor.
   */
  rangeFromLineStart: v.boolean(),
});
export type ServerOptions = v.InferOutput<typeof ServerOptions>;

/** Result of a request that only does something. */
const NOTHING = v.null();

/** Commands of `workspace/executeCommand`. */
export const ServerCommand = {
  train: 'understudy.server.train',
  stop: 'understudy.server.stop',
  resume: 'understudy.server.resume',
  /** Answers `Status`. */
  status: 'understudy.server.status',
  /** Its one argument is what `Explain` takes; answers the same. */
  explain: 'understudy.server.explain',
  /** Answers `Statistics`. */
  statistics: 'understudy.server.statistics',
  /** Answers the empty `Statistics`. */
  resetStatistics: 'understudy.server.resetStatistics',
  /** Answers the same as `DeleteModels`. */
  deleteModels: 'understudy.server.deleteModels',
} as const;

/** Server to client, on every change; to clients that want notifications (ServerOptions). */
export const StatusChanged = notification('understudy/status', Status);

/** Server to client, as it happens; to clients that want notifications. */
export const Training = notification('understudy/training', TrainingEvent);

/** Server to client, soon after they have changed; to clients that want notifications. */
export const StatisticsChanged = notification('understudy/statisticsChanged', Statistics);

/** Client to server: the workspace became trusted. */
export const Trusted = notification('understudy/trusted', NONE);

/** The run's events so far, for a panel that opens late. */
export const History = request(
  'understudy/history',
  NONE,
  v.object({ status: Status, events: v.array(TrainingEvent) }),
);

/** An unsigned integer, as LSP has them. */
const Unsigned = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1));

/**
 * A place in a document, in UTF-16 code units; past the end of a line it means its end, past the last line the
 * document's.
 */
export const Position = v.object({ line: Unsigned, character: Unsigned });
const DocumentPosition = v.object({ uri: v.string(), position: Position });

const GeneratedText = v.object({ text: v.string() });

/** Text generated at a position, for "Generate Sample Here". */
export const Generate = request(
  'understudy/generate',
  v.object({
    ...DocumentPosition.entries,
    length: v.number(),
    temperature: v.number(),
    /** Keeps to Python's grammar and to names that are known; without it the network writes what it likes. */
    codeAware: v.optional(v.boolean()),
  }),
  GeneratedText,
);

/**
 * Code-aware version of one of the run's samples (that of `epoch` after `prompt`): the network writes with the same
 * random numbers, but keeps to Python's grammar and to names that are known.
 */
export const CodeAwareSample = request(
  'understudy/codeAwareSample',
  v.object({ epoch: v.number(), prompt: v.optional(v.string(), '\n') }),
  GeneratedText,
);

/** Explanation of the ghost text at a position, shown or not. */
export const Explain = request('understudy/explain', DocumentPosition, Explanation);

/** Deletes every run in the storage folder; answers how many were deleted. */
export const DeleteModels = request('understudy/deleteModels', NONE, v.object({ deleted: v.number() }));

/** Trainings of the workspace that are kept, the current one first, then from the newest to the oldest. */
export const ReadRuns = request('understudy/runs', NONE, v.object({ runs: v.array(RunSummary) }));

/** Files of the current training; null where an earlier version trained. */
export const ReadTrainingFiles = request('understudy/trainingFiles', NONE, v.nullable(TrainingFiles));

/** Names a training; an empty name gives back the one that it had at first. */
export const RenameRun = request('understudy/renameRun', v.object({ id: v.string(), name: v.string() }), NOTHING);

/**
 * Writes a training's weights (those nearest to `epoch`, or the newest), samples, marks, metrics and curve to a folder
 * on the server's machine, which has to be new or empty.
 */
export const ExportRun = request(
  'understudy/exportRun',
  v.object({ id: v.string(), folder: v.string(), epoch: v.nullable(v.number()) }),
  v.object({
    folder: v.string(),
    /** Names in `folder`. */
    files: v.array(v.string()),
    /** Epoch of the weights; null where there is no checkpoint yet. */
    epoch: v.nullable(v.number()),
    /** What people have to know, in a sentence or two. */
    notice: v.string(),
  }),
);

/** Deletes a training; refused while it goes on. */
export const DeleteRun = request('understudy/deleteRun', v.object({ id: v.string() }), NOTHING);

/**
 * Sets up training on an NVIDIA GPU, as `understudy gpu setup` does; progress is shown with a Cancel button. Answers
 * null where that was pressed; fails with a sentence.
 */
export const SetUpGpu = request(
  'understudy/setUpGpu',
  /** The Python whose TensorFlow is wanted; null to look for one. */
  v.object({ python: v.nullable(v.string()) }),
  v.nullable(
    v.object({
      /** Result in a sentence or two. */
      message: v.string(),
      /** Whether trainings can use a GPU now. */
      gpu: v.boolean(),
    }),
  ),
);

/** Statistics of the suggestions so far. */
export const ReadStatistics = request('understudy/statistics', NONE, Statistics);

/** Counts anew; answers empty statistics. */
export const ResetStatistics = request('understudy/resetStatistics', NONE, Statistics);

/** Longest prompt and longest text of `GenerateText`, in characters. */
export const LONGEST_PROMPT = 20_000;
export const LONGEST_GENERATED = 5_000;

/** Text that the network of an epoch writes after a prompt, told in parts; null for the network that completes. */
export const GenerateText = streamingRequest(
  'understudy/generateText',
  v.object({
    epoch: v.nullable(v.number()),
    prompt: v.pipe(v.string(), v.maxLength(LONGEST_PROMPT)),
    length: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LONGEST_GENERATED)),
    sampling: v.union([
      v.object({ temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(5)) }),
      v.object({ top: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(98)) }),
    ]),
    seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1)),
  }),
  /** The network's epoch, and all that it has written: where the request is cancelled, until then. */
  v.object({ epoch: v.number(), text: v.string() }),
  v.string(),
);

/** Makes suggestions come from the network of an epoch; null for the newest again. Answers the epoch. */
export const SuggestFrom = request(
  'understudy/suggestFrom',
  v.object({ epoch: v.nullable(v.number()) }),
  v.object({ epoch: v.nullable(v.number()) }),
);

/** Text to look into, and whose network: that of a sample's epoch, or null for the one that completes. */
const InspectedText = v.object({ text: v.string(), epoch: v.nullable(v.number()) });

/** What a network thinks of every character of a text (`charactersOf`, src/python/alphabet.ts). */
export const Inspect = request(
  'understudy/inspect',
  InspectedText,
  v.object({
    /** Epoch and size of the network. */
    epoch: v.number(),
    layers: v.number(),
    units: v.number(),
    characters: v.array(InspectedCharacter),
  }),
);

/** Activation of a unit, from −1 to 1, after every character of a text. Layer and unit count from 0. */
export const Activation = request(
  'understudy/activation',
  v.object({ ...InspectedText.entries, layer: Unsigned, unit: Unsigned }),
  v.array(v.number()),
);

/** Units that track properties of Python code best, found over held-out files. */
export const Units = request(
  'understudy/units',
  v.object({ epoch: v.nullable(v.number()) }),
  v.object({
    /** Characters that they were found over; whether these were held out, or for want of such files learnt from. */
    characters: v.number(),
    isHeldOut: v.boolean(),
    rankings: v.array(UnitRanking),
  }),
);

/**
 * What a network looked back at when it predicted a text's character number `at`: for every character before it the
 * Euclidean norm of the gradient of the log probability (`Predictor.lookBack`, src/engine/engine.ts).
 */
export const LookBack = request(
  'understudy/lookBack',
  v.object({ ...InspectedText.entries, at: Unsigned }),
  v.array(v.number()),
);

/** Network of a training, by the id that `ReadRuns` tells, and of an epoch whose checkpoint was kept for good. */
const NetworkOfRun = v.object({ run: v.string(), epoch: v.number() });

/** How far back a network sees, where that was measured before; null where it was not. */
export const ReadContext = request('understudy/context', NetworkOfRun, v.nullable(MeasuredContext));

/**
 * Measures how far back a network sees, which takes seconds, and tells the share that is done. Null where the request
 * is cancelled.
 */
export const MeasureContext = streamingRequest(
  'understudy/measureContext',
  NetworkOfRun,
  v.nullable(MeasuredContext),
  v.number(),
);

/** Requests that the panel may make, by way of the extension host. */
export const PANEL_REQUESTS: readonly RequestKind<unknown, unknown>[] = [
  CodeAwareSample,
  Inspect,
  Activation,
  Units,
  LookBack,
  ReadContext,
  MeasureContext,
  ReadRuns,
  ReadTrainingFiles,
  RenameRun,
  DeleteRun,
  GenerateText,
  SuggestFrom,
];
