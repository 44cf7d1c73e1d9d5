import { THRESHOLDS } from '../completion/gate';
import type { Settings } from '../protocol/lsp';
import type { OperatingPoints } from '../protocol/training';
import type { Keystrokes } from './keystrokes';

type Mode = Settings['suggestions'];
type Point = OperatingPoints[Mode];
/** What typing at some thresholds came to, by rising threshold. */
export type Curve = readonly Pick<Keystrokes, 'threshold' | 'saved' | 'shown' | 'accepted'>[];

/** Thresholds to try: closer together where acceptance depends most on them. */
export const TRIED: readonly number[] = [0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Share of the suggestions that is to be right in each mode: six in seven, five in eight, five in nine. */
const WANTED: Readonly<Record<Mode, number>> = { quiet: 0.86, balanced: 0.625, eager: 0.555 };

/**
 * The usual thresholds count as if so many suggestions had been seen with them. From one code base to another their acceptance
 * differs by some three points (bench/NOTES.md), as it would by chance among so many: √(0.6 × 0.4 / 300) = 0.028.
 */
const BELIEF = 300;

/** The threshold of each mode, and what to expect of it; null where nothing was shown. */
export function operatingPointsFrom(curve: Curve, memory: boolean): OperatingPoints | null {
  const seen = curve.filter(({ shown }) => shown > 0);
  if (seen.length === 0) return null;
  const pointFor = (mode: Mode): Point => {
    const own = thresholdFor(WANTED[mode], seen);
    const { shown } = at(own, seen);
    const threshold = round((shown * own + BELIEF * THRESHOLDS[mode]) / (shown + BELIEF));
    const { saved, accepted } = at(threshold, seen);
    return { threshold, saved, accepted };
  };
  return { quiet: pointFor('quiet'), balanced: pointFor('balanced'), eager: pointFor('eager'), memory };
}

/** The least threshold from which on at least the wanted share is accepted; the highest tried, where that is less. */
function thresholdFor(wanted: number, curve: Curve): number {
  const below = curve.findLastIndex(({ accepted }) => accepted < wanted);
  if (below < 0) return curve[0].threshold;
  const [from, to] = [curve[below], curve[below + 1]];
  if (!to) return from.threshold;
  const share = (wanted - from.accepted) / (to.accepted - from.accepted);
  return from.threshold + share * (to.threshold - from.threshold);
}

/** Between thresholds that were tried, in proportion; beyond them as at the nearest. */
function at(threshold: number, curve: Curve): Omit<Curve[number], 'threshold'> {
  const above = curve.findIndex((point) => point.threshold >= threshold);
  if (above <= 0) return above < 0 ? curve.at(-1)! : curve[0];
  const [from, to] = [curve[above - 1], curve[above]];
  const share = (threshold - from.threshold) / (to.threshold - from.threshold);
  const between = (key: 'saved' | 'shown' | 'accepted') => from[key] + share * (to[key] - from[key]);
  return { saved: between('saved'), shown: between('shown'), accepted: between('accepted') };
}

/** Nobody would notice more digits. */
function round(threshold: number): number {
  return Math.round(threshold * 100) / 100;
}
