import type { CellName } from './choices';
import type { ModelState, Status } from './model-status';
import type { CorpusEvent, OperatingPoints, ReadingEvent, StartedEvent } from './training-events';

/** How figures are worded, so that status bar, panel and command line say the same thing the same way. */

/** "34 %": rounded down, so that 100 % means done. */
export function percent(share: number): string {
  return `${Math.floor(Math.min(Math.max(share, 0), 1) * 100)} %`;
}

/**
 * "25 s", "2 min", "1 h 20 min": as coarse as an estimate deserves, so that it does not flicker while it counts down.
 */
export function duration(seconds: number): string {
  if (seconds < 10) {
    return `${Math.max(0, Math.round(seconds))} s`;
  }
  if (seconds < 57.5) {
    return `${Math.round(seconds / 5) * 5} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    return `${Math.max(minutes, 1)} min`;
  }
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** "8 ms", "0.4 ms". */
export function milliseconds(value: number): string {
  return `${value < 1 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** "22 November 2026", where the reader is; from an ISO 8601 date. */
export function day(date: string): string {
  return new Date(date).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
}

/** "22 November 2026, 09:05", where the reader is; from an ISO 8601 date. */
export function moment(date: string): string {
  const time = new Date(date).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return `${day(date)}, ${time}`;
}

/** "8,430": three significant digits. */
export function speed(charactersPerSecond: number): string {
  return Number(charactersPerSecond.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** "4.14 M", "617 k", "98": for counts of characters and parameters. */
export function count(value: number): string {
  if (value >= 999_500) {
    return `${(value / 1e6).toPrecision(3)} M`;
  }
  return value >= 10_000 ? `${Math.round(value / 1000)} k` : value.toLocaleString('en-US');
}

/** "GRU 3 × 512": a network's cell, layers and units. */
export function networkText({ cell, layers, units }: Pick<StartedEvent, 'cell' | 'layers' | 'units'>): string {
  return `${CELL_TEXTS[cell]} ${layers} × ${units}`;
}

const CELL_TEXTS: Record<CellName, string> = { gru: 'GRU', rnn: 'RNN' };

/** Progress of finding the files, whose number is not known before the end, and of reading them. */
export function readingText({ found, read, characters }: ReadingEvent): string {
  if (read === 0) {
    return `Looking for Python files: ${found.toLocaleString('en-US')} so far`;
  }
  const files = `${read.toLocaleString('en-US')} of ${found.toLocaleString('en-US')} files`;
  return `Reading ${files}, ${count(characters)} characters`;
}

/** Every reason with how often it applies: "shorter than 200 characters (2), not valid UTF-8". */
export function reasonsInWords(leftOut: CorpusEvent['skipped']): string {
  return leftOut
    .map(({ reason, count: times }) => (times === 1 ? reason : `${reason} (${times.toLocaleString('en-US')})`))
    .join(', ');
}

/** Notice of training on a sample, where the files are too many to learn from all of them. */
export function subsampleNotice({ files, characters }: { files: number; characters: number }): string {
  const all = `${files.toLocaleString('en-US')} files, ${count(characters)} characters`;
  return `That is a sample, chosen evenly over the folders, of all there are: ${all}.`;
}

/** "0.03", "0.4", "1", "5.2". */
export function epochs(value: number): string {
  return String(Number(value.toFixed(value < 1 ? 2 : 1)));
}

/** Bits per character: "1.31". */
export function bpc(value: number): string {
  return value.toFixed(2);
}

const MEMORY = 'the memory of your code';

/** "epoch 5.2, 1.31 bpc", or what completes without a network. */
function modelText(model: ModelState): string {
  if (model.epoch === null) {
    return MEMORY;
  }
  return model.bpc === null ? `epoch ${epochs(model.epoch)}` : `epoch ${epochs(model.epoch)}, ${bpc(model.bpc)} bpc`;
}

/** Source of the suggestions, in a sentence. */
export function suggestionsFrom(model: ModelState | null): string {
  if (model === null) {
    return 'No suggestions yet.';
  }
  if (model.isChosen && model.epoch !== null) {
    return `Suggestions come from epoch ${epochs(model.epoch)}, as you chose, and from its network alone.`;
  }
  const network = model.epoch === null ? [] : [`epoch ${epochs(model.epoch)}`];
  return `Suggestions come from ${[...network, ...(model.memory ? [MEMORY] : [])].join(' and ')}.`;
}

/** Fewest suggestions that tell anything: from as many on, the share that was right is known to some five points. */
const TELLING = 100;

/** Expected figures of a model's suggestions in each mode; empty where too few were seen. */
export function expectations({ quiet, balanced, eager }: OperatingPoints): string {
  if (quiet.shown < TELLING) {
    return '';
  }
  const figures = ({ saved, accepted }: OperatingPoints['quiet']) => `${percent(saved)} with ${percent(accepted)}`;
  return (
    `On files held out of the training, quiet mode saves ${percent(quiet.saved)} of the keystrokes, with ` +
    `${percent(quiet.accepted)} of what it shows right; balanced ${figures(balanced)}, eager ${figures(eager)}.`
  );
}

/** Epoch that the user has chosen to suggest from; null for the newest. */
export function chosenEpoch(status: Status | null): number | null {
  const model = status !== null && 'model' in status ? status.model : null;
  return model?.isChosen ? model.epoch : null;
}

/** A status in a few words: "training 34 %, 2 min left". */
export function statusText(status: Status): string {
  const epoch = chosenEpoch(status);
  if (epoch !== null && status.kind !== 'error') {
    const suggesting = `suggesting from epoch ${epochs(epoch)}`;
    return status.kind === 'training' ? `training ${percent(status.done)}, ${suggesting}` : suggesting;
  }
  switch (status.kind) {
    case 'no-model':
      return 'no model';
    case 'training':
      if (status.done === 1) {
        return 'training 100 %, measuring';
      }
      return status.secondsLeft === null
        ? `training ${percent(status.done)}`
        : `training ${percent(status.done)}, ${duration(status.secondsLeft)} left`;
    case 'ready':
      return `ready (${modelText(status.model)})`;
    case 'paused':
      return `paused at ${percent(status.done)}`;
    case 'elsewhere':
      return 'training in another window';
    case 'error':
      return 'error';
  }
}
