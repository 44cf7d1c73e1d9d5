import { bpc, epochs, percent } from '../../protocol/format';
import { UNKNOWN } from '../parts/pairs';
import type { CurvePoint, PanelState } from '../state';

type ValueName = 'epoch' | 'training' | 'validation' | 'accuracy';

type Column = (number | null)[];

/**
 * Epochs, training bpc, validation bpc and accuracy (0 to 1), and validation bpc of other runs, of equal lengths, as
 * uPlot wants them; null where there is no value.
 */
export type Columns = [number[], Column, Column, Column, ...Column[]];

/** Validation of another run. */
export interface OtherCurve {
  readonly id: string;
  readonly name: string;
  readonly curve: readonly CurvePoint[];
}

/** All curves over one axis of epochs. A log axis has no place for 0, so those points are left out there. */
export function columns(
  { training, validation }: Pick<PanelState, 'training' | 'validation'>,
  isLog: boolean,
  others: readonly OtherCurve[] = [],
): Columns {
  const curves = [training, validation, ...others.map(({ curve }) => curve)];
  const rows = curves
    .flatMap((curve, column) => curve.map((point) => ({ accuracy: null, ...point, column })))
    .filter(({ epoch }) => !isLog || epoch > 0)
    .sort((a, b) => a.epoch - b.epoch);
  const columnOf = (index: number) => rows.map(({ column, bpc }) => (column === index ? bpc : null));
  return [
    rows.map(({ epoch }) => epoch),
    columnOf(0),
    columnOf(1),
    rows.map(({ accuracy }) => accuracy),
    ...others.map((_, i) => columnOf(i + 2)),
  ];
}

/** Value of a curve at an index of the columns: its own, or the last one before it; null before the first. */
export function valueAt(column: readonly (number | null)[], index: number): number | null {
  for (let i = Math.min(index, column.length - 1); i >= 0; i--) {
    const value = column[i];
    if (value !== null && value !== undefined) {
      return value;
    }
  }
  return null;
}

/** Values at an index of the columns, or this run's newest where it is null, in words. */
export function valuesAt(all: Columns, index: number | null): Record<ValueName, string> & { others: string[] } {
  const [at, training, validation, accuracy, ...others] = all;
  const place = index ?? newestOf(all);
  const text = (column: Column, inWords: (value: number) => string = bpc) => {
    const value = valueAt(column, place);
    return value === null ? UNKNOWN : inWords(value);
  };
  return {
    epoch: at[place]?.toFixed(2) ?? UNKNOWN,
    training: text(training),
    validation: text(validation),
    accuracy: text(accuracy, percent),
    others: others.map((column) => text(column)),
  };
}

/** Index of the last value of the run itself: others may have gone on for longer. */
function newestOf([at, training, validation]: Columns): number {
  return at.findLastIndex((_, i) => training[i] !== null || validation[i] !== null);
}

/** The curve in a sentence, for those who cannot see it. */
export function curveSummary({ validation, training }: PanelState): string {
  const [first, last] = [validation[0] ?? training[0], validation.at(-1) ?? training.at(-1)];
  if (first === undefined || last === undefined) {
    return 'Loss curve: no values yet.';
  }
  return (
    `Loss curve: from ${bpc(first.bpc)} bits per character at epoch ${epochs(first.epoch)} ` +
    `to ${bpc(last.bpc)} at epoch ${epochs(last.epoch)}.`
  );
}
