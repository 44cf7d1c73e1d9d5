import { bpc, count, duration, modelText, percent, speed } from '../protocol/wording';
import type { Story } from './story';

export type Action = 'train' | 'stop' | 'resume';

/** What the panel's head says. Pure, so that every state can be tested. */
export interface HeaderText {
  readonly title: string;
  readonly explanation: string;
  readonly isError: boolean;
  /** Buttons in order; the first is the one that most people want. */
  readonly actions: readonly { readonly action: Action; readonly label: string }[];
  /** Share done, 0 to 1; null where nothing is under way. */
  readonly done: number | null;
  readonly progressText: string;
}

const TRAIN = { action: 'train', label: 'Train on Workspace' } as const;
const TRAIN_ANEW = { action: 'train', label: 'Train Anew' } as const;
const STOP = { action: 'stop', label: 'Stop Training' } as const;
const RESUME = { action: 'resume', label: 'Resume Training' } as const;

export function headerText(story: Story): HeaderText {
  const { status, started } = story;
  const nothing = { explanation: '', isError: false, actions: [], done: null, progressText: '' };
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
        actions: [TRAIN],
      };
    case 'training':
      return {
        ...nothing,
        title: 'Training',
        explanation: started === null ? 'Reading the Python files of this workspace …' : suggestionsFrom(status.model),
        actions: [STOP],
        done: status.done,
        progressText:
          status.secondsLeft === null
            ? percent(status.done)
            : `${percent(status.done)}, ${duration(status.secondsLeft)} left`,
      };
    case 'ready':
      return { ...nothing, title: 'Ready', explanation: suggestionsFrom(status.model), actions: [TRAIN_ANEW] };
    case 'paused':
      return {
        ...nothing,
        title: 'Paused',
        explanation: suggestionsFrom(status.model),
        actions: [RESUME, TRAIN_ANEW],
        done: status.done,
        progressText: percent(status.done),
      };
    case 'error':
      return { ...nothing, title: 'That did not work', explanation: status.message, isError: true, actions: [TRAIN] };
  }
}

function suggestionsFrom(model: Parameters<typeof modelText>[0] | null): string {
  return model === null ? 'No suggestions yet.' : `Suggestions come from ${modelText(model)}.`;
}

export interface Figure {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

const UNKNOWN = '–';

/** The four figures to watch. */
export function figures(story: Story): Figure[] {
  const { progress, validation, status } = story;
  const latest = validation.at(-1);
  const isTraining = status?.kind === 'training';
  const secondsLeft = isTraining ? status.secondsLeft : null;
  return [
    { id: 'bpc', label: 'bits per character', value: latest ? bpc(latest.bpc) : UNKNOWN },
    { id: 'epoch', label: 'epochs', value: progress ? progress.epoch.toFixed(2) : UNKNOWN },
    { id: 'speed', label: 'characters a second', value: progress ? speed(progress.charactersPerSecond) : UNKNOWN },
    isTraining
      ? { id: 'time', label: 'left', value: secondsLeft === null ? UNKNOWN : duration(secondsLeft) }
      : { id: 'time', label: 'of training', value: progress ? duration(progress.seconds) : UNKNOWN },
  ];
}

/** What was trained on what and where, for those who want to know. */
export function facts({ started, corpus }: Story): Figure[] {
  const network = started && `${started.layers} × ${started.units} GRU, ${count(started.parameters)} parameters`;
  const machine = started && `${started.device} · ${started.mode} · ${started.engine} engine`;
  const recipe = started && `${started.preset}, minibatches of ${started.batch} × ${started.seqlen}`;
  const files =
    corpus &&
    `${count(corpus.files)} files, ${count(corpus.trainCharacters)} characters; ${count(corpus.validationFiles)} more files held out for validation`;
  return [
    { id: 'network', label: 'Network', value: network },
    { id: 'machine', label: 'Runs on', value: machine },
    { id: 'recipe', label: 'Recipe', value: recipe },
    { id: 'files', label: 'Learns from', value: files },
  ].filter((fact): fact is Figure => fact.value !== null);
}
