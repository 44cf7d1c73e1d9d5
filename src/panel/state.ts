import type { Statistics, Status } from '../protocol/lsp';
import type { ToPanel } from '../protocol/panel';
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

export interface Sample extends Pick<SampleEvent, 'epoch' | 'prompt' | 'text'> {
  /** What the same network writes code-aware, or why there is none; null until the host has told it. */
  readonly codeAware: { readonly text: string } | { readonly reason: string } | null;
}

/** All that the panel shows. */
export interface PanelState {
  /** null until the host has told the story. */
  readonly status: Status | null;
  /** While the files are read; else null. */
  readonly reading: ReadingEvent | null;
  readonly corpus: CorpusEvent | null;
  readonly started: StartedEvent | null;
  /** The newest. */
  readonly progress: ProgressEvent | null;
  /** How far the training has come, of all that told it. */
  readonly reached: { readonly epoch: number; readonly seconds: number } | null;
  /** All three by rising epoch. */
  readonly training: readonly CurvePoint[];
  readonly validation: readonly Validation[];
  readonly samples: readonly Sample[];
  /** Epoch of the newest checkpoint; null before the first. */
  readonly checkpoint: number | null;
  /** What suggestions came to on held-out files; null before the end. */
  readonly operatingPoints: OperatingPoints | null;
  /** What suggestions have done; null until the host has told it. */
  readonly statistics: Statistics | null;
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
  checkpoint: null,
  operatingPoints: null,
  statistics: null,
};

/** Whether there are figures and a curve to show, or soon will be: their places are kept, so that nothing jumps. */
export function isWorthShowing({ status, started }: PanelState): boolean {
  return started !== null || status?.kind === 'training';
}

/** Whether there were suggestions, or may be some: a model that was deleted leaves what it did. */
export function hasSuggestions(story: PanelState): boolean {
  return story.statistics !== null && (isWorthShowing(story) || story.statistics.shown > 0);
}

/** The story after one more message from the host. */
export function reduce(story: PanelState, message: ToPanel): PanelState {
  switch (message.kind) {
    case 'story':
      return message.events.reduce(afterEvent, withoutTraining(story, message.status));
    case 'status':
      return message.status.kind === 'no-model'
        ? withoutTraining(story, message.status)
        : { ...story, status: message.status };
    case 'event':
      return afterEvent(story, message.event);
    case 'statistics':
      return { ...story, statistics: message.statistics };
    case 'codeAwareSample':
      return withCodeAware(story, message.epoch, { text: message.text });
    case 'noCodeAwareSample':
      return withCodeAware(story, message.epoch, { reason: message.reason });
  }
}

function withCodeAware(story: PanelState, epoch: number, codeAware: Sample['codeAware']): PanelState {
  const samples = story.samples.map((sample) => (sample.epoch === epoch ? { ...sample, codeAware } : sample));
  return { ...story, samples };
}

function withoutTraining({ statistics }: PanelState, status: Status): PanelState {
  return { ...INITIAL_STATE, status, statistics };
}

function afterEvent(story: PanelState, event: TrainingEvent): PanelState {
  switch (event.kind) {
    case 'reading':
      return { ...story, reading: event };
    case 'corpus':
      return { ...story, reading: null, corpus: event };
    case 'started':
      return { ...upTo(story, event.fromEpoch), started: event, operatingPoints: null };
    case 'progress':
      return {
        ...story,
        progress: event,
        reached: event,
        training: [...story.training, { epoch: event.epoch, bpc: event.trainBpc }],
      };
    case 'validation':
      return {
        ...story,
        reached: event,
        validation: [...story.validation, { epoch: event.epoch, bpc: event.bpc, accuracy: event.accuracy }],
      };
    case 'sample':
      return {
        ...story,
        samples: [...story.samples.filter(({ epoch }) => epoch !== event.epoch), { ...event, codeAware: null }],
      };
    case 'checkpoint':
      return { ...story, checkpoint: event.epoch };
    case 'calibration':
      return { ...story, operatingPoints: event.operatingPoints };
    case 'finished': // One that was stopped before it began has reached nothing, and the story before it stays.
      return event.characters === 0 ? story : { ...story, reached: event };
    case 'failed': // The status says so.
      return story;
  }
}

/** What was told up to `epoch`: a resumed run may start before the point where it was killed, a new one starts at 0. */
function upTo(story: PanelState, epoch: number): PanelState {
  const kept = <P extends { epoch: number }>(points: readonly P[]) =>
    epoch === 0 ? [] : points.filter((point) => point.epoch <= epoch);
  return {
    ...story,
    progress: epoch === 0 ? null : story.progress,
    reached: epoch === 0 ? null : story.reached,
    training: kept(story.training),
    validation: kept(story.validation),
    samples: kept(story.samples),
    checkpoint: epoch === 0 || story.checkpoint === null ? null : Math.min(story.checkpoint, epoch),
  };
}

/** Checkpoints are named by their epoch to four places. */
const CHECKPOINT_PRECISION = 1e-4;

/** Whether the weights that wrote a sample are on the disk by now: they are, once a checkpoint was told after it. */
export function isKept({ checkpoint }: PanelState, { epoch }: Sample): boolean {
  return checkpoint !== null && checkpoint > epoch - CHECKPOINT_PRECISION;
}

/** The validation nearest to an epoch and not after it by more than rounding; null before the first. */
export function validationAt(story: PanelState, epoch: number): Validation | null {
  return story.validation.findLast((point) => point.epoch <= epoch * 1.001 + 1e-9) ?? null;
}
