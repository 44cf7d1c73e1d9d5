import {
  bpc,
  count,
  duration,
  epochs,
  expectations,
  networkText,
  percent,
  reasonsInWords,
  speed,
  subsampleNotice,
} from '../protocol/format';
import { printable } from '../protocol/printable';
import type {
  CalibrationEvent,
  CorpusEvent,
  FinishedEvent,
  ProgressEvent,
  SampleEvent,
  StartedEvent,
  ValidationEvent,
} from '../protocol/training-events';
import { shellQuoted } from './shell-quote';

/** What the command line says of a training. */

export function corpusText({
  files,
  trainCharacters,
  validationFiles,
  validationCharacters,
  skipped,
  sampledFrom,
}: CorpusEvent): string {
  const learnt = `${files} files, ${count(trainCharacters)} characters`;
  const heldOut =
    validationFiles === 0 ? 'none held out' : `${validationFiles} more held out, ${count(validationCharacters)}`;
  const sample = sampledFrom ? `\n${subsampleNotice(sampledFrom)}` : '';
  return `Learning from ${learnt} (${heldOut} for validation)${sample}${skippedText(skipped)}`;
}

function skippedText(skipped: CorpusEvent['skipped']): string {
  return skipped.length === 0 ? '' : `\nLeft out: ${reasonsInWords(skipped)}`;
}

export function startedText(started: StartedEvent): string {
  const { parameters, preset, batch, seqlen, engine, device, mode, run, fromEpoch, notice } = started;
  const lines = [
    `${networkText(started)}, ${count(parameters)} parameters; preset ${preset}, minibatches of ${batch} × ${seqlen}`,
    `Engine ${engine}: ${device}, ${mode}`,
    `Run folder: ${run}`,
  ];
  if (fromEpoch > 0) {
    lines.push(`Going on at epoch ${epochs(fromEpoch)}`);
  }
  if (notice !== null) {
    lines.push(`Note: ${notice}`);
  }
  return lines.map(printable).join('\n');
}

/**
 * The figures beside the bar, or in a line of their own: as many of them as fit into `width`, what matters most first.
 */
export function progressText(
  { epoch, charactersPerSecond, trainBpc, secondsLeft, done }: ProgressEvent,
  validation: ValidationEvent | null,
  width = Number.POSITIVE_INFINITY,
): string {
  const reached = `epoch ${epoch.toFixed(epoch < 1 ? 3 : 2)}`;
  const trained = `${bpc(trainBpc)} bpc`;
  const both = `${trained}${validation ? ` (validation ${bpc(validation.bpc)})` : ''}`;
  const left = done === 1 ? ['measuring'] : secondsLeft === null ? [] : [`${duration(secondsLeft)} left`];
  const versions = [
    [reached, both, `${speed(charactersPerSecond)} chars/s`, ...left],
    [reached, both, ...left],
    [both, ...left],
    [trained, ...left],
    left,
  ];
  return versions.map((figures) => figures.join(' · ')).find(({ length }) => length <= width) ?? '';
}

const WIDEST_BAR = 24;
const NARROWEST_BAR = 8;
/** Width of the bar as a share of the terminal's. */
const BAR_SHARE = 0.2;

/** The line at the foot of a terminal: a bar, the share that is done, and figures. */
export function barText(progress: ProgressEvent, validation: ValidationEvent | null, columns: number): string {
  const { done } = progress;
  const share = percent(done);
  const width = Math.min(WIDEST_BAR, Math.max(NARROWEST_BAR, Math.floor(columns * BAR_SHARE)));
  // The last column stays free: some terminals go on to the next line there.
  const room = columns - 1 - width - ' '.length - share.length;
  if (room < 0) {
    return share;
  }
  const full = Math.round(done * width);
  const figures = progressText(progress, validation, room - SEPARATOR.length);
  const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${share}`;
  return figures === '' ? bar : `${bar}${SEPARATOR}${figures}`;
}

const SEPARATOR = ' · ';

/** A sample under a headline, in lines of at most `width`, marked so that it is not taken for anything else. */
export function sampleText({ epoch, text }: SampleEvent, validation: ValidationEvent | null, width: number): string {
  const at = `epoch ${epochs(epoch)}`;
  const figure = validation ? `, validation ${bpc(validation.bpc)} bpc` : '';
  const headlines = [`what it writes at ${at}${figure}`, `${at}${figure}`, at].map((words) => `── ${words} `);
  const headline = headlines.find(({ length }) => length <= width) ?? headlines.at(-1)!;
  const lines = text.split('\n').flatMap((line) => wrapped(withoutTabs(line), width - MARGIN.length));
  return ['', headline.padEnd(width, '─'), ...lines.map((line) => (MARGIN + line).trimEnd()), ''].join('\n');
}

const MARGIN = '│ ';

/** A terminal would indent to its own tab stops, which the margin shifts. */
function withoutTabs(line: string): string {
  return line.replaceAll('\t', '    ');
}

function wrapped(line: string, width: number): string[] {
  const pieces = Array.from({ length: Math.ceil(line.length / width) }, (_, i) =>
    line.slice(i * width, (i + 1) * width),
  );
  return pieces.length === 0 ? [''] : pieces;
}

/** Last measurements of a training, and those at its end. */
interface Measured {
  readonly validation: ValidationEvent | null;
  readonly calibration: CalibrationEvent | null;
}

/** Result of a training for people, and the command to run next. */
export function endText(finished: FinishedEvent, measured: Measured, folders: readonly string[]): string {
  const { reason, characters, run } = finished;
  if (reason === 'stopped' && characters === 0) {
    return 'Stopped before the first step.';
  }
  const next =
    reason === 'completed'
      ? `See what it writes:  understudy sample ${shellQuoted(run)}`
      : `Saved. To go on:  understudy train ${folders.map((folder) => shellQuoted(folder)).join(' ')} --out ${shellQuoted(run)} --resume`;
  return `${resultText(finished, measured)}\n${next}`;
}

function resultText(finished: FinishedEvent, { validation, calibration }: Measured): string {
  const { reason, epoch, seconds, charactersPerSecond } = finished;
  const trained = `epoch ${epochs(epoch)} after ${duration(seconds)}, ${speed(charactersPerSecond)} chars/s`;
  const how = reason === 'completed' ? 'Done' : 'Stopped';
  const lines = [`${how}: ${trained}.`];
  if (validation) {
    const { accuracy, characters } = validation;
    const measured = `${validation.bpc.toFixed(3)} bpc, accuracy ${(accuracy * 100).toFixed(1)} %`;
    lines.push(`Validation: ${measured}, on ${characters.toLocaleString('en-US')} held-out characters.`);
  }
  if (calibration) {
    lines.push(expectations(calibration.operatingPoints));
  }
  return lines.filter((line) => line !== '').join('\n');
}
