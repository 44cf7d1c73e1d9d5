/** Point of a line: `x` is drawn on a logarithmic scale. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

/** Values at the edges of a chart. */
export interface ChartRange {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Room around the lines, in pixels: for the values on the left and below. */
export const MARGIN = { left: 44, right: 20, top: 10, bottom: 24 } as const;

/** Place of a point in a chart of so many pixels. */
export function placeIn(width: number, height: number, { x, y }: ChartRange): (point: ChartPoint) => [number, number] {
  const log = (value: number) => (x[1] === x[0] ? 0 : Math.log(value / x[0]) / Math.log(x[1] / x[0]));
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  return (point) => [
    MARGIN.left + log(point.x) * inner.width,
    MARGIN.top + (1 - (point.y - y[0]) / (y[1] - y[0])) * inner.height,
  ];
}

/** Steps between the values beside a chart. */
const STEPS = [0.05, 0.1, 0.2, 0.5, 1, 2];

/** Three to seven round values from below the smallest to above the largest; those are the range's. */
export function roundValues(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = STEPS.find((step) => (most - least) / step <= 5) ?? STEPS.at(-1)!;
  const first = Math.floor(least / step);
  const last = Math.max(first + 2, Math.ceil(most / step));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(2)));
}
