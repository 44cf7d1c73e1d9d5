import type {
  CalibrationEvent,
  CorpusEvent,
  FinishedEvent,
  ProgressEvent,
  SampleEvent,
  StartedEvent,
  ValidationEvent,
} from '../protocol/training';
import { bpc, count, duration, epochs, expectations, reasonsInWords, sampleOf, speed } from '../protocol/wording';

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
  const sample = sampledFrom ? `\n${sampleOf(sampledFrom)}` : '';
  return `Learning from ${learnt} (${heldOut} for validation)${sample}${skippedText(skipped)}`;
}

function skippedText(skipped: CorpusEvent['skipped']): string {
  return skipped.length === 0 ? '' : `\nLeft out: ${reasonsInWords(skipped)}`;
}

export function startedText(started: StartedEvent): string {
  const { layers, units, parameters, preset, batch, seqlen, engine, device, mode, run, fromEpoch, notice } = started;
  const lines = [
    `GRU ${layers} × ${units}, ${count(parameters)} parameters; preset ${preset}, minibatches of ${batch} × ${seqlen}`,
    `Engine ${engine}: ${device}, ${mode}`,
    `Run folder: ${run}`,
  ];
  if (fromEpoch > 0) lines.push(`Going on at epoch ${epochs(fromEpoch)}`);
  if (notice !== null) lines.push(`Note: ${notice}`);
  return lines.join('\n');
}

/** The figures beside the bar, or in a line of their own. */
export function progressText(progress: ProgressEvent, validation: ValidationEvent | null): string {
  const { epoch, charactersPerSecond, trainBpc, secondsLeft, done } = progress;
  const figures = [
    `epoch ${epoch.toFixed(epoch < 1 ? 3 : 2)}`,
    `${bpc(trainBpc)} bpc${validation ? ` (validation ${bpc(validation.bpc)})` : ''}`,
    `${speed(charactersPerSecond)} chars/s`,
  ];
  if (done === 1) figures.push('measuring');
  else if (secondsLeft !== null) figures.push(`${duration(secondsLeft)} left`);
  return figures.join(' · ');
}

/** A sample under a headline, in lines of at most `width`, marked so that it is not taken for anything else. */
export function sampleText({ epoch, text }: SampleEvent, validation: ValidationEvent | null, width: number): string {
  const figure = validation ? `, validation ${bpc(validation.bpc)} bpc` : '';
  const headline = `── what it writes at epoch ${epochs(epoch)}${figure} `;
  const lines = text.split('\n').flatMap((line) => wrapped(line, width - MARGIN.length));
  return ['', headline.padEnd(width, '─'), ...lines.map((line) => (MARGIN + line).trimEnd()), ''].join('\n');
}

const MARGIN = '│ ';

function wrapped(line: string, width: number): string[] {
  return line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''];
}

/** What was measured last, and at the end. */
interface Measured {
  readonly validation: ValidationEvent | null;
  readonly calibration: CalibrationEvent | null;
}

/** How a training ended, and what to do next. */
export function endText(finished: FinishedEvent, measured: Measured, folders: readonly string[]): string {
  const { reason, characters, run } = finished;
  if (reason === 'stopped' && characters === 0) return 'Stopped before the first step.';
  const next =
    reason === 'completed'
      ? `See what it writes:  understudy sample ${quoted(run)}`
      : `Saved. To go on:  understudy train ${folders.map(quoted).join(' ')} --out ${quoted(run)} --resume`;
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
  if (calibration) lines.push(expectations(calibration.operatingPoints));
  return lines.filter((line) => line !== '').join('\n');
}

function quoted(path: string): string {
  return /^[\w./:\\-]+$/.test(path) ? path : `"${path}"`;
}
