import { bpc, epochs } from '../../protocol/format';
import { UNKNOWN } from '../parts/pairs';
import type { CurvePoint, PanelState } from '../state';

type ValueName = 'epoch' | 'training' | 'validation';

/**
 * Epochs, training bpc and validation bpc of equal lengths, as uPlot wants them; null where one of them has no value.
 */
export type Columns = [number[], (number | null)[], (number | null)[]];

/** Both curves over one axis of epochs. A log axis has no place for 0, so those points are left out there. */
export function columns(
  { training, validation }: Pick<PanelState, 'training' | 'validation'>,
  isLog: boolean,
): Columns {
  const isPlaced = ({ epoch }: CurvePoint) => !isLog || epoch > 0;
  const rows = [
    ...training.filter(isPlaced).map(({ epoch, bpc }) => ({ epoch, train: bpc, validation: null })),
    ...validation.filter(isPlaced).map(({ epoch, bpc }) => ({ epoch, train: null, validation: bpc })),
  ].sort((a, b) => a.epoch - b.epoch);
  return [rows.map(({ epoch }) => epoch), rows.map(({ train }) => train), rows.map(({ validation }) => validation)];
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

/** Values at an index of the columns, or the newest where it is null, in words. */
export function valuesAt([at, training, validation]: Columns, index: number | null): Record<ValueName, string> {
  const place = index ?? at.length - 1;
  const text = (value: number | null) => (value === null ? UNKNOWN : bpc(value));
  return {
    epoch: at[place]?.toFixed(2) ?? UNKNOWN,
    training: text(valueAt(training, place)),
    validation: text(valueAt(validation, place)),
  };
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
