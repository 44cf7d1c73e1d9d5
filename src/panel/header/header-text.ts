import { bpc, duration, readingText, speed, suggestionsFrom } from '../../protocol/format';
import type { Status } from '../../protocol/model-status';
import { type Pair, UNKNOWN } from '../parts/pairs';
import type { PanelState } from '../state';

export type Action = 'train' | 'stop' | 'resume';

export interface Button {
  readonly action: Action;
  readonly label: string;
  /** Primary: what most people want in this state. */
  readonly rank: 'primary' | 'secondary';
}

/** Text and buttons of the panel's head. Pure, so that every state can be tested. */
export interface HeaderText {
  readonly title: string;
  readonly explanation: string;
  readonly isError: boolean;
  readonly buttons: readonly Button[];
  /** Share done, 0 to 1; null where nothing is under way. */
  readonly done: number | null;
}

const TRAIN: Button = { action: 'train', label: 'Train on Workspace', rank: 'primary' };
const TRAIN_ANEW: Button = { action: 'train', label: 'Train Anew', rank: 'secondary' };
const STOP: Button = { action: 'stop', label: 'Stop Training', rank: 'secondary' };
const RESUME: Button = { action: 'resume', label: 'Resume Training', rank: 'primary' };

export function headerText(state: PanelState): HeaderText {
  const { status, progress } = state;
  const nothing = { explanation: '', isError: false, buttons: [], done: null };
  switch (status?.kind) {
    case undefined:
      return { ...nothing, title: '' };
    case 'no-model':
      return {
        ...nothing,
        title: 'Nothing learnt yet',
        explanation:
          'Understudy trains a small recurrent network on the Python files of this workspace, in the background and on this ' +
          'machine alone. As it learns it begins to complete code as ghost text, and here you can watch it learn.',
        buttons: [TRAIN],
      };
    case 'training':
      return {
        ...nothing,
        title: 'Training',
        explanation: trainingExplanation(state, status),
        buttons: [STOP],
        done: status.done,
      };
    case 'ready':
      return { ...nothing, title: 'Ready', explanation: suggestionsFrom(status.model), buttons: [TRAIN_ANEW] };
    case 'paused':
      return {
        ...nothing,
        title: 'Paused',
        explanation: suggestionsFrom(status.model),
        buttons: [RESUME, TRAIN_ANEW],
        done: status.done,
      };
    case 'elsewhere':
      return {
        ...nothing,
        title: 'Training in another window',
        explanation: `That window shows how it goes; what was learnt is shown here when it has ended. ${suggestionsFrom(status.model)}`,
      };
    case 'error':
      return {
        ...nothing,
        title: 'That did not work',
        explanation: status.message,
        isError: true,
        buttons: progress !== null && progress.done < 1 ? [RESUME, TRAIN_ANEW] : [TRAIN],
      };
  }
}

function trainingExplanation(
  { started, reading }: PanelState,
  { done, model }: Extract<Status, { kind: 'training' }>,
): string {
  if (reading !== null) {
    return `${readingText(reading)} …`;
  }
  if (started === null) {
    return 'Reading the Python files of this workspace …';
  }
  return done === 1 ? `Measuring what was learnt … ${suggestionsFrom(model)}` : suggestionsFrom(model);
}

/** The four figures to watch. */
export function figures(state: PanelState): Pair[] {
  const { progress, reached, validation, status } = state;
  const latest = validation.at(-1);
  const isTraining = status?.kind === 'training' && status.done < 1;
  const secondsLeft = isTraining ? status.secondsLeft : null;
  return [
    // A small project may have no file to hold out.
    latest || !progress
      ? { id: 'bpc', label: 'validation bpc', value: latest ? bpc(latest.bpc) : UNKNOWN }
      : { id: 'bpc', label: 'training bpc', value: bpc(progress.trainBpc) },
    { id: 'epoch', label: 'epochs', value: reached ? reached.epoch.toFixed(2) : UNKNOWN },
    { id: 'speed', label: 'characters/s', value: progress ? speed(progress.charactersPerSecond) : UNKNOWN },
    isTraining
      ? { id: 'time', label: 'left', value: secondsLeft === null ? UNKNOWN : duration(secondsLeft) }
      : { id: 'time', label: 'of training', value: reached ? duration(reached.seconds) : UNKNOWN },
  ];
}
