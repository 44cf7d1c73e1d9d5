import type { CurvePoint, PanelState } from './state';

/**
 * Epochs, training bpc and validation bpc of equal lengths, as uPlot wants them; null where one of them has no value.
 */
export type Columns = [number[], (number | null)[], (number | null)[]];

/** Both curves over one axis of epochs. A log axis has no place for 0, so those points are left out there. */
export function columns({ training, validation }: PanelState, isLog: boolean): Columns {
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
