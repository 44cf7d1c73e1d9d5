import type { Status } from '../protocol/model-status';
import type { ToPanel } from '../protocol/panel';
import type { Statistics } from '../protocol/statistics';
import type {
  CorpusEvent,
  OperatingPoints,
  ProgressEvent,
  ReadingEvent,
  SampleEvent,
  StartedEvent,
  TrainingEvent,
} from '../protocol/training-events';

export interface CurvePoint {
  readonly epoch: number;
  readonly bpc: number;
}

export interface Validation extends CurvePoint {
  readonly accuracy: number;
}

export type Sample = Pick<SampleEvent, 'epoch' | 'prompt' | 'text' | 'marks'>;

export type Structure = Omit<Extract<TrainingEvent, { kind: 'structure' }>, 'kind'>;

/** State of the panel: everything that it shows. */
export interface PanelState {
  /** null until the host has told the history. */
  readonly status: Status | null;
  /** While the files are read; else null. */
  readonly reading: ReadingEvent | null;
  readonly corpus: CorpusEvent | null;
  readonly started: StartedEvent | null;
  /** The newest. */
  readonly progress: ProgressEvent | null;
  /** Latest epoch and seconds that any event has told. */
  readonly reached: { readonly epoch: number; readonly seconds: number } | null;
  /** All by rising epoch; a sample for each epoch and prompt. */
  readonly training: readonly CurvePoint[];
  readonly validation: readonly Validation[];
  readonly samples: readonly Sample[];
  readonly structure: readonly Structure[];
  /** Epoch of the newest checkpoint; null before the first. */
  readonly checkpoint: number | null;
  /** Result of trying suggestions out on held-out files; null before the end. */
  readonly operatingPoints: OperatingPoints | null;
  /** Figures of suggestions; null until the host has told them. */
  readonly statistics: Statistics | null;
  /** The editor's selection, to be looked into; null until somebody asks for that. */
  readonly selection: { readonly text: string } | null;
}

export const INITIAL_STATE: PanelState = {
  status: null,
  reading: null,
  corpus: null,
  started: null,
  progress: null,
  reached: null,
  training: [],
  validation: [],
  samples: [],
  structure: [],
  checkpoint: null,
  operatingPoints: null,
  statistics: null,
  selection: null,
};

/**
 * Whether figures and a curve have their places in the panel: from the start of a training on, so that nothing jumps.
 */
export function isWorthShowing({ status, started }: PanelState): boolean {
  return started !== null || status?.kind === 'training';
}

/** Whether the panel has figures of suggestions to show; those of a deleted model stay. */
export function hasSuggestions(state: PanelState): boolean {
  return state.statistics !== null && (isWorthShowing(state) || state.statistics.shown > 0);
}

/** The history after one more message from the host. */
export function reduce(state: PanelState, message: ToPanel): PanelState {
  switch (message.kind) {
    case 'history':
      return afterEvents(withoutTraining(state, message.status), message.events);
    case 'status':
      return message.status.kind === 'no-model'
        ? withoutTraining(state, message.status)
        : { ...state, status: message.status };
    case 'event':
      return afterEvent(state, message.event);
    case 'statistics':
      return { ...state, statistics: message.statistics };
    case 'inspect':
      return { ...state, selection: message };
    case 'part':
    case 'response':
    case 'refusal': // Whoever asked takes the answer (Requests).
      return state;
  }
}

function withoutTraining({ statistics, selection }: PanelState, status: Status): PanelState {
  return { ...INITIAL_STATE, status, statistics, selection };
}

/**
 * The state after many events. Progress comes by the thousand and samples by the hundred, so what follows each other is
 * added at once.
 */
function afterEvents(before: PanelState, events: readonly TrainingEvent[]): PanelState {
  let state = before;
  let points: CurvePoint[] = [];
  let samples: Sample[] = [];
  const add = () => {
    state = {
      ...state,
      training: points.length === 0 ? state.training : [...state.training, ...points],
      samples: samples.length === 0 ? state.samples : withSamples(state.samples, samples),
    };
    [points, samples] = [[], []];
  };
  for (const [i, event] of events.entries()) {
    const goesOn = events[i + 1]?.kind === event.kind;
    if (event.kind === 'progress' && goesOn) {
      points.push({ epoch: event.epoch, bpc: event.trainBpc });
    } else if (event.kind === 'sample' && goesOn) {
      samples.push(event);
    } else {
      add();
      state = afterEvent(state, event);
    }
  }
  return state;
}

function afterEvent(state: PanelState, event: TrainingEvent): PanelState {
  switch (event.kind) {
    case 'reading':
      return { ...state, reading: event };
    case 'corpus':
      return { ...state, reading: null, corpus: event };
    case 'started':
      return { ...upTo(state, event.fromEpoch), started: event, operatingPoints: null };
    case 'progress':
      return {
        ...state,
        progress: event,
        reached: event,
        training: [...state.training, { epoch: event.epoch, bpc: event.trainBpc }],
      };
    case 'validation':
      return {
        ...state,
        reached: event,
        validation: [...state.validation, { epoch: event.epoch, bpc: event.bpc, accuracy: event.accuracy }],
      };
    case 'sample':
      return {
        ...state,
        samples: withSamples(state.samples, [event]),
      };
    case 'structure':
      return { ...state, structure: [...state.structure.filter(({ epoch }) => epoch !== event.epoch), event] };
    case 'checkpoint':
      return { ...state, checkpoint: event.epoch };
    case 'calibration':
      return { ...state, operatingPoints: event.operatingPoints };
    case 'finished': // One that was stopped before it began has reached nothing, and the history before it stays.
      return event.characters === 0 ? state : { ...state, reached: event };
    case 'failed': // The status says so.
      return state;
  }
}

/**
 * State as it was told up to `epoch`: a resumed run may start before the point where it was killed, a new one starts at
 * 0.
 */
function upTo(state: PanelState, epoch: number): PanelState {
  const kept = <P extends { epoch: number }>(points: readonly P[]) =>
    epoch === 0 ? [] : points.filter((point) => point.epoch <= epoch);
  return {
    ...state,
    progress: epoch === 0 ? null : state.progress,
    reached: epoch === 0 ? null : state.reached,
    training: kept(state.training),
    validation: kept(state.validation),
    samples: kept(state.samples),
    structure: kept(state.structure),
    checkpoint: epoch === 0 || state.checkpoint === null ? null : Math.min(state.checkpoint, epoch),
  };
}

/** Samples with others added: of each epoch and prompt the newest. */
function withSamples(samples: readonly Sample[], added: readonly Sample[]): Sample[] {
  const newest = added.filter((sample, i) => !added.slice(i + 1).some((later) => isSame(sample, later)));
  return [...samples.filter((sample) => !newest.some((later) => isSame(sample, later))), ...newest];
}

/** Whether two samples are of the same epoch and prompt. */
function isSame(sample: Sample, other: Sample): boolean {
  return sample.epoch === other.epoch && sample.prompt === other.prompt;
}

/** Checkpoints are named by their epoch to four places. */
const CHECKPOINT_PRECISION = 1e-4;

/** Whether the weights that wrote a sample are on the disk: a checkpoint has been announced at its epoch or later. */
export function isKept({ checkpoint }: PanelState, { epoch }: Sample): boolean {
  return checkpoint !== null && checkpoint > epoch - CHECKPOINT_PRECISION;
}

/** The validation nearest to an epoch and not after it by more than rounding; null before the first. */
export function validationAt(state: PanelState, epoch: number): Validation | null {
  return state.validation.findLast((point) => point.epoch <= epoch * 1.001 + 1e-9) ?? null;
}
