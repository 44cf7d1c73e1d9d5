import { bpc, duration, epochs, networkText } from '../../protocol/format';
import type { RunSummary } from '../../protocol/run-summary';
import type { OtherCurve } from '../curve/curve-data';
import { UNKNOWN } from '../parts/pairs';

/** Cells of a training's row, in words. */
export interface RunCells {
  readonly network: string;
  readonly trained: string;
  readonly best: string;
  readonly size: string;
}

export function runCells({ details, bytes }: RunSummary): RunCells {
  const size = megabytes(bytes);
  if (details === null) {
    return { network: UNKNOWN, trained: UNKNOWN, best: UNKNOWN, size };
  }
  const { preset, epoch, seconds, best, isComplete } = details;
  return {
    network: `${networkText(details)}, ${preset}`,
    trained: `${epochs(epoch)} epochs, ${duration(seconds)}${isComplete ? '' : ', unfinished'}`,
    best: best === null ? UNKNOWN : `${bpc(best.bpc)} at epoch ${epochs(best.epoch)}`,
    size,
  };
}

/** "112 MB", "0.4 MB". */
function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} MB`;
}

/** Whether a training's curve can lie over the current one. */
export function canOverlay({ isCurrent, details }: RunSummary): boolean {
  return !isCurrent && details !== null && details.curve.length > 0;
}

/** Curves of the trainings that somebody has ticked. */
export function otherCurves(runs: readonly RunSummary[], ticked: readonly string[]): readonly OtherCurve[] {
  return runs
    .filter((run) => canOverlay(run) && ticked.includes(run.id))
    .map(({ id, name, details }) => ({ id, name, curve: details!.curve }));
}
