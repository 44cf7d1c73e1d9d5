import { chosenEpoch, duration, percent, statusText, suggestionsFrom } from '../protocol/format';
import type { Status } from '../protocol/model-status';
import { Command } from './command-ids';
import { markdownText } from './plain-text';

/** Inputs of the status item's text. */
export interface StatusTextInputs {
  readonly status: Status;
  /** Notice of the training under way, in a sentence; null for none. */
  readonly notice: string | null;
  /** Whether the language server is still starting. */
  readonly isStarting: boolean;
  readonly trusted: boolean;
  /** Whether suggestions are switched on for the active document. */
  readonly enabledHere: boolean;
}

export interface StatusItemText {
  readonly text: string;
  /** Markdown; may hold links to `TOOLTIP_COMMANDS`. */
  readonly tooltip: string;
  readonly isError: boolean;
  /** Command that a click runs. */
  readonly command: string;
}

export const TOOLTIP_COMMANDS: readonly string[] = [
  Command.train,
  Command.resume,
  Command.openPanel,
  Command.showLog,
  Command.suggestFromNewest,
];

const TRAIN = `[Train on Workspace](command:${Command.train})`;
const PANEL = `[Open Panel](command:${Command.openPanel})`;
const NEWEST = `[Suggest from the newest](command:${Command.suggestFromNewest})`;
const LOG = `[Show Log](command:${Command.showLog})`;

export function statusItemText({ status, notice, isStarting, trusted, enabledHere }: StatusTextInputs): StatusItemText {
  if (!trusted) {
    return item('workspace-untrusted', 'off in Restricted Mode', 'Trust this workspace to train.', Command.manageTrust);
  }
  if (isStarting) {
    return item('loading~spin', 'starting', 'The language server is starting.', Command.showLog);
  }
  if (!enabledHere && status.kind !== 'training' && status.kind !== 'error') {
    return item(
      'circle-slash',
      'off here',
      'Suggestions are switched off here (`understudy.enable`).',
      Command.settings,
    );
  }
  return fromStatus(status, notice);
}

/** Text of the item; where the user has chosen an epoch to suggest from, with the way back. */
function fromStatus(status: Status, notice: string | null): StatusItemText {
  const text = itemOf(status, notice);
  return chosenEpoch(status) === null ? text : { ...text, tooltip: `${text.tooltip} ${NEWEST}` };
}

function itemOf(status: Status, notice: string | null): StatusItemText {
  const text = statusText(status);
  switch (status.kind) {
    case 'no-model':
      return item('mortar-board', text, `Nothing learnt yet. ${TRAIN}`, Command.openPanel);
    case 'training':
      return item(
        'pulse',
        text,
        `${trainingDetail(status)} ${notice === null ? '' : `${markdownText(notice)} `}${suggestionsFrom(status.model)} ${PANEL}`,
        Command.openPanel,
      );
    case 'ready':
      return item('mortar-board', text, `${suggestionsFrom(status.model)} ${PANEL}`, Command.openPanel);
    case 'paused':
      return item(
        'debug-pause',
        text,
        `Training was stopped. ${suggestionsFrom(status.model)} [Resume](command:${Command.resume})`,
        Command.openPanel,
      );
    case 'elsewhere':
      return item(
        'pulse',
        text,
        `Another window on this workspace is training. ${suggestionsFrom(status.model)} ${PANEL}`,
        Command.openPanel,
      );
    case 'error':
      return item(
        'error',
        text,
        `${markdownText(status.message)} ${suggestionsFrom(status.model)} ${LOG}`,
        Command.openPanel,
      );
  }
}

function trainingDetail({ done, secondsLeft }: Extract<Status, { kind: 'training' }>): string {
  if (done === 1) {
    return 'Training is done; what was learnt is being measured.';
  }
  return secondsLeft === null
    ? `Training: ${percent(done)} done.`
    : `Training: ${percent(done)} done, about ${duration(secondsLeft)} left.`;
}

function item(icon: string, text: string, tooltip: string, command: string): StatusItemText {
  return { text: `$(${icon}) Understudy: ${text}`, tooltip, isError: icon === 'error', command };
}
