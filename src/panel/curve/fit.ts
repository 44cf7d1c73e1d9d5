import { bpc, epochs, percent } from '../../protocol/format';
import { UNKNOWN } from '../parts/pairs';
import type { PanelState, Validation } from '../state';

/** By how much validation has to have risen above its best, and in how many measurements, to be called over-fitting. */
const RISE = 1.01;
const MEASUREMENTS = 2;

/** The validation with the fewest bits per character: the first of equals. That before the training counts as none. */
export function bestValidation(validation: readonly Validation[]): Validation | null {
  const after = validation.filter(({ epoch }) => epoch > 0);
  return after.reduce<Validation | null>((best, point) => (best === null || point.bpc < best.bpc ? point : best), null);
}

/**
 * Whether the network still gets better on files that it is not trained on, or has begun to learn its own by heart, in
 * a sentence.
 */
export function fitText({
  validation,
  training,
  corpus,
}: Pick<PanelState, 'validation' | 'training' | 'corpus'>): string {
  const best = bestValidation(validation);
  const last = validation.at(-1);
  if (best === null || last === undefined) {
    return corpus?.validationFiles === 0
      ? 'No file is held out of the training, so there is no validation.'
      : 'Not measured yet on the files held out of the training.';
  }
  const since = validation.filter(({ epoch }) => epoch > best.epoch);
  const hasRisen = since.length >= MEASUREMENTS && since.slice(-MEASUREMENTS).every(({ bpc }) => bpc > best.bpc * RISE);
  const at = `epoch ${epochs(best.epoch)} with ${bpc(best.bpc)} bits per character`;
  if (!hasRisen) {
    return `Best on files held out: ${at}.`;
  }
  const isStillFalling = (training.at(-1)?.bpc ?? Number.POSITIVE_INFINITY) < best.bpc;
  const why = isStillFalling ? 'while training goes on falling, so it learns its own files by heart' : '';
  return `Best on files held out: ${at}. Since then it has risen to ${bpc(last.bpc)}${why && `, ${why}`}: over-fitting.`;
}

/** What screen readers say once an epoch; empty before the first is over. */
export function epochNews(validation: readonly Validation[]): string {
  const first = validation.findIndex(({ epoch }) => Math.floor(epoch + 1e-6) === lastWhole(validation));
  const point = first < 0 || lastWhole(validation) === 0 ? undefined : validation[first];
  return point === undefined
    ? ''
    : `Epoch ${epochs(point.epoch)}: ${bpc(point.bpc)} bits per character, ${percent(point.accuracy)} of characters right.`;
}

function lastWhole(validation: readonly Validation[]): number {
  return Math.floor((validation.at(-1)?.epoch ?? 0) + 1e-6);
}

/** Epoch, validation, accuracy and training at every measurement, in words. */
export function curveRows({ validation, training }: Pick<PanelState, 'validation' | 'training'>): string[][] {
  return validation.map(({ epoch, bpc: value, accuracy }) => {
    const trained = training.findLast((point) => point.epoch <= epoch);
    return [epoch.toFixed(2), bpc(value), percent(accuracy), trained === undefined ? UNKNOWN : bpc(trained.bpc)];
  });
}
