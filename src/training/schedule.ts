import { positiveNumbers } from '../protocol/range';
import type { TrainRequest } from '../protocol/training-events';
import { checkNumber } from './check-number';
import type { Schedule } from './recipe';

/** Limits of a training, which ends at the one reached first; at least one is set. */
export interface Limits {
  readonly epochs: number | null;
  readonly seconds: number | null;
}

const TEN_YEARS = 10 * 365 * 24 * 3600;

const RANGES = { epochs: positiveNumbers(1_000_000), seconds: positiveNumbers(TEN_YEARS) } as const;

/** @throws UserError for a limit that is out of range */
export function checkLimits({ epochs, seconds }: Limits): void {
  checkNumber('epochs', epochs, RANGES.epochs);
  checkNumber('seconds', seconds, RANGES.seconds);
}

/**
 * Epochs after which the fast preset ends where none are asked for. A network of the talk's size learns small projects
 * by heart soon after: from 30,000 to 1.8 million characters, three or four epochs gave better networks than more
 * (docs/decisions/0007). Large projects reach their time first.
 */
const ENOUGH_EPOCHS = 4;

/** Trainings without a limit of their own end after this long. */
const DEFAULT_SECONDS = 600;

/** Limits for a request. The talk's preset goes on for as long as it may. */
export function limitsFor({ preset, epochs, seconds }: Pick<TrainRequest, 'preset' | 'epochs' | 'seconds'>): Limits {
  if (epochs !== null) {
    return { epochs, seconds };
  }
  return { epochs: preset === 'fast' ? ENOUGH_EPOCHS : null, seconds: seconds ?? DEFAULT_SECONDS };
}

/** Most seconds that finding operating points takes, and the share of a limited training that is kept for it. */
const MOST_CALIBRATION_SECONDS = 30;
const CALIBRATION_SHARE = 0.1;

/** Seconds of a limit that steps may take. The rest is for operating points, so that both are done within the limit. */
export function secondsForSteps(limit: number): number {
  return limit - Math.min(MOST_CALIBRATION_SECONDS, CALIBRATION_SHARE * limit);
}

/**
 * Seconds that finding operating points may take after so many seconds of training: a twentieth of them, but not so few
 * that it is useless, and not longer than the limit of the training allows.
 */
export function calibrationSeconds({ seconds: limit }: Limits, trainedSeconds: number): number {
  const left = limit === null ? Number.POSITIVE_INFINITY : Math.max(0, limit - trainedSeconds);
  return Math.min(MOST_CALIBRATION_SECONDS, Math.max(10, 0.05 * trainedSeconds), left);
}

/** Share of a training that is done, 0 to 1, after so many epochs and seconds. */
export function progressOf(limits: Limits, epoch: number, seconds: number): number {
  const byEpochs = limits.epochs === null ? 0 : epoch / limits.epochs;
  const bySeconds = limits.seconds === null ? 0 : seconds / secondsForSteps(limits.seconds);
  return Math.min(1, Math.max(byEpochs, bySeconds));
}

/**
 * Learning rate of optimiser step `step`, counted from 0, where a share `progress`, 0 to 1, of the training is done.
 */
export function learningRateAt(schedule: Schedule, progress: number, step: number): number {
  if (schedule.kind === 'constant') {
    return schedule.rate;
  }
  const { peak, steps, warmUpSteps } = schedule;
  const warmUp = Math.min(1, (step + 1) / warmUpSteps);
  return warmUp * peak * forLength((step + 1) / progress, steps) * (1 - progress);
}

/**
 * Exponent by which the best peak depends on the number of steps (docs/decisions/0006), and the least and largest
 * factor that it may give.
 */
const LENGTH_EXPONENT = 0.45;
const [LEAST, MOST] = [0.4, 2];

/**
 * Factor for the peak of a training of `expected` steps; it is known ever better, and right when the warm-up is over.
 */
function forLength(expected: number, steps: number): number {
  return Math.min(MOST, Math.max(LEAST, (steps / expected) ** LENGTH_EXPONENT));
}

/**
 * Weight decay of one optimiser step: the share of every parameter that is taken away in step `step`, counted from 0,
 * where a share `progress`, 0 to 1, of the training is done. It falls as the rate of a linear schedule; all steps
 * together add up to `decay`, so that a parameter without gradients decays by about exp(−decay).
 */
export function weightDecayAt(decay: number, progress: number, step: number): number {
  const ofTraining = progress / (step + 1);
  return decay * 2 * (1 - progress) * ofTraining;
}

const FIRST_SAMPLES = [0.03, 0.1, 0.4];

/**
 * The first epoch after `epoch` at which a sample is shown and its checkpoint kept: 0.03, 0.1, 0.4, 1, 2, 3 … 10, 20,
 * 30 … 100, 200 …, so that a small project's hundreds of epochs fill neither the disk nor the time.
 */
export function nextSamplePoint(epoch: number): number {
  const early = FIRST_SAMPLES.find((point) => point > epoch);
  if (early !== undefined) {
    return early;
  }
  const spacing = 10 ** Math.floor(Math.log10(Math.max(1, epoch)));
  return (Math.floor(epoch / spacing) + 1) * spacing;
}

/** Whether a sample is due at `epoch`, the last one having been written at epoch `sampledAt`. */
export function isSampleDue({ sampledAt }: { readonly sampledAt: number }, epoch: number): boolean {
  return nextSamplePoint(sampledAt) <= epoch;
}
