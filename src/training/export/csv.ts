import { MARK_KINDS } from '../../protocol/marks';
import { markCounts, type RunHistory } from './run-history';

type Cell = string | number | null | undefined;

/** Comma-separated values (RFC 4180): every text that needs it in quotes, lines that end in CR LF. */
function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  const text = String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A row for every progress and validation, by epoch; `bpc` is bits per character. */
export function metricsCsv({ progress, validations }: RunHistory): string {
  const header = ['kind', 'epoch', 'step', 'seconds', 'characters', 'bpc', 'accuracy', 'learning_rate'];
  const training = progress.map(({ epoch, step, seconds, characters, trainBpc, learningRate }) => ({
    epoch,
    row: ['training', epoch, step, seconds, characters, trainBpc, null, learningRate],
  }));
  const validation = validations.map(({ epoch, step, seconds, characters, bpc, accuracy }) => ({
    epoch,
    row: ['validation', epoch, step, seconds, characters, bpc, accuracy, null],
  }));
  const rows = [...training, ...validation].sort((a, b) => a.epoch - b.epoch);
  return csv(
    header,
    rows.map(({ row }) => row),
  );
}

/** A row for every sample. */
export function samplesCsv({ samples }: RunHistory): string {
  return csv(
    ['epoch', 'prompt', 'text'],
    samples.map(({ epoch, prompt, text }) => [epoch, prompt, text]),
  );
}

/** A row for every sample that was marked, with the number of its marks of each kind. */
export function marksCsv({ samples }: RunHistory): string {
  const rows = samples.flatMap(({ epoch, prompt, marks }) => {
    const counts = markCounts(marks);
    return counts === null ? [] : [[epoch, prompt, ...MARK_KINDS.map((kind) => counts[kind])]];
  });
  return csv(['epoch', 'prompt', ...MARK_KINDS], rows);
}

/** A row for every measure of structure on held-out text: closers by the depth of their pair, names and indents. */
export function structureCsv({ structure }: RunHistory): string {
  const rows = structure.flatMap(({ epoch, closers, names, indents }) => [
    ...closers.map(({ right, total }, i) => [epoch, 'closers', i + 1, right, total]),
    [epoch, 'names', null, names.right, names.total],
    [epoch, 'indents', null, indents.right, indents.total],
  ]);
  return csv(['epoch', 'measure', 'depth', 'right', 'total'], rows);
}
