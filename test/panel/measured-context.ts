import type { MeasuredContext } from '../../src/protocol/measured-context';

const REACHES = [1, 3, 10, 30, 100, 300, 1000, 3000];
const DISTANCES = [1, 3, 10, 30, 100, 300, 1000];

/** Figures of a network whose gain ends where it sees `sight` characters: at `best` bits per character. */
export function measuredContext(best: number, sight: number, change: Partial<MeasuredContext> = {}): MeasuredContext {
  const missing = (seen: number) => Math.max(0, 1 - Math.log(seen) / Math.log(sight));
  return {
    ...{ epoch: 4, cell: 'gru', layers: 3, units: 512, text: 'a1', isHeldOut: true },
    characters: 1024,
    reaches: REACHES.map((reach) => ({
      reach,
      bpc: best + 2.6 * missing(reach) ** 1.5,
      accuracy: 0.7 - 0.4 * missing(reach),
    })),
    read: 40_000,
    closers: DISTANCES.map((from, i) => {
      const total = [410, 388, 240, 92, 31, 6, 0][i]!;
      const share = 0.97 / (1 + (from / sight) ** 0.8);
      return { from, to: DISTANCES[i + 1] ?? null, right: Math.round(total * share), total };
    }),
    ...change,
  };
}
