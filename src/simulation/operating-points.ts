import { THRESHOLDS } from '../completion/expected-savings';
import type { Settings } from '../protocol/settings';
import type { OperatingPoints } from '../protocol/training-events';
import type { Keystrokes } from './keystrokes';

type Mode = Settings['suggestions'];
type Point = Pick<Keystrokes, 'threshold' | 'saved' | 'shown' | 'accepted'>;

/** Thresholds to try: closer together where acceptance depends most on them. */
export const TRIED: readonly number[] = [0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Share of the suggestions that is to be right in each mode: six in seven, five in eight, five in nine. */
const WANTED: Readonly<Record<Mode, number>> = { quiet: 0.86, balanced: 0.625, eager: 0.555 };

/**
 * Prior strength of the default thresholds, in suggestions: they count as if so many had been seen. A memory learns how
 * far to trust the network beside it, so thresholds carry over from one code base to another nearly as they are, and
 * the result of some thousand suggestions in a few files is mostly chance. A network alone is as sure of itself as its
 * training made it. With these strengths, acceptance on other files came nearest to `WANTED` (docs/decisions/0020).
 */
const BELIEF = { withMemory: 5000, alone: 200 };

/**
 * The threshold of each mode, and what to expect of it; null where nothing was shown.
 *
 * @param curve what typing came to, by rising threshold
 */
export function operatingPointsFrom(curve: readonly Point[], memory: boolean): OperatingPoints | null {
  const rising = risingAcceptance(curve.filter(({ shown }) => shown > 0));
  if (rising.length === 0) {
    return null;
  }
  // The same for all modes, so that none overtakes another.
  const { shown } = at(THRESHOLDS.balanced, curve);
  const belief = memory ? BELIEF.withMemory : BELIEF.alone;
  const pointFor = (mode: Mode): Point => {
    const own = thresholdFor(WANTED[mode], rising);
    const threshold = round((shown * own + belief * THRESHOLDS[mode]) / (shown + belief));
    return { threshold, ...at(threshold, curve) };
  };
  return { quiet: pointFor('quiet'), balanced: pointFor('balanced'), eager: pointFor('eager'), memory };
}

/**
 * The curve with the acceptance of neighbours pooled where chance made it fall, so that it rises with the threshold:
 * isotonic regression, weighted by how many suggestions were shown.
 */
function risingAcceptance(curve: readonly Point[]): Point[] {
  const pools: Point[][] = [];
  for (const point of curve) {
    let pool = [point];
    while (pools.length > 0 && acceptedOf(pools.at(-1)!) >= acceptedOf(pool)) {
      pool = [...pools.pop()!, ...pool];
    }
    pools.push(pool);
  }
  return pools.flatMap((pool) => pool.map((point) => ({ ...point, accepted: acceptedOf(pool) })));
}

function acceptedOf(pool: readonly Point[]): number {
  const shown = pool.reduce((sum, point) => sum + point.shown, 0);
  return pool.reduce((sum, point) => sum + point.shown * point.accepted, 0) / shown;
}

/**
 * Threshold at which rising acceptance reaches the wanted share; the first or last one, where it always or never does.
 */
function thresholdFor(wanted: number, rising: readonly Point[]): number {
  const above = rising.findIndex(({ accepted }) => accepted >= wanted);
  if (above <= 0) {
    return rising.at(above)!.threshold;
  }
  const [from, to] = [rising[above - 1], rising[above]];
  const share = (wanted - from!.accepted) / (to!.accepted - from!.accepted);
  return from!.threshold + share * (to!.threshold - from!.threshold);
}

/** Between thresholds that were tried, in proportion; beyond them as at the nearest. */
function at(threshold: number, curve: readonly Point[]): Omit<Point, 'threshold'> {
  const above = curve.findIndex((point) => point.threshold >= threshold);
  const to = curve.at(above)!;
  const from = curve[above - 1] ?? to;
  const share = from === to ? 0 : (threshold - from.threshold) / (to.threshold - from.threshold);
  const between = (key: 'saved' | 'shown' | 'accepted') => from[key] + share * (to[key] - from[key]);
  return { saved: between('saved'), shown: Math.round(between('shown')), accepted: between('accepted') };
}

/** Nobody would notice more digits. */
function round(threshold: number): number {
  return Math.round(threshold * 100) / 100;
}
