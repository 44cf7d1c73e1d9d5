import { useWidth } from '../parts/use-width';
import { type ChartPoint, MARGIN, placeIn, roundValues } from './chart-scale';

const HEIGHT = 220;

/** Line of a chart. */
export interface ChartLine {
  readonly name: string;
  readonly points: readonly ChartPoint[];
}

interface ContextChartProps {
  readonly lines: readonly ChartLine[];
  /** What the picture says, for those who cannot see it. */
  readonly summary: string;
  /** Values under the chart, rising. */
  readonly xs: readonly { readonly x: number; readonly label: string }[];
  /** Values beside the chart in words, and the range that they have to cover; null for that of the lines. */
  readonly yText: (y: number) => string;
  readonly range?: readonly [number, number];
}

/** Picture of one or two lines over a logarithmic scale, as wide as there is room. */
export function ContextChart({ lines, summary, xs, yText, range }: ContextChartProps) {
  const [place, width] = useWidth();
  const ys = roundValues(range ?? lines.flatMap(({ points }) => points.map(({ y }) => y)));
  const at = placeIn(width, HEIGHT, {
    x: [xs[0]?.x ?? 1, xs.at(-1)?.x ?? 1],
    y: [ys[0]!, ys.at(-1)!],
  });
  const right = width - MARGIN.right;
  return (
    <div class="context-chart" ref={place}>
      <svg width={width} height={HEIGHT} role="img" aria-label={summary}>
        {ys.map((y) => {
          const [, top] = at({ x: xs[0]?.x ?? 1, y });
          return (
            <g key={y} class="grid">
              <line x1={MARGIN.left} x2={right} y1={top} y2={top} />
              <text x={MARGIN.left - 8} y={top + 4} text-anchor="end">
                {yText(y)}
              </text>
            </g>
          );
        })}
        {xs.map(({ x, label }) => (
          <text key={x} class="tick" x={at({ x, y: 0 })[0]} y={HEIGHT - 6} text-anchor="middle">
            {label}
          </text>
        ))}
        {lines.map((line, i) => (
          <Line key={line.name} places={line.points.map(at)} index={i} />
        ))}
      </svg>
    </div>
  );
}

function Line({ places, index }: { places: readonly (readonly [number, number])[]; index: number }) {
  return (
    <g class={`line-${index + 1}`}>
      <polyline points={places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      {places.map(([x, y]) => (
        <Marker key={x} x={x} y={y} index={index} />
      ))}
    </g>
  );
}

/** A disc on the first line, a square on the second. */
function Marker({ x, y, index }: { x: number; y: number; index: number }) {
  return index === 0 ? <circle cx={x} cy={y} r="4" /> : <rect x={x - 3.5} y={y - 3.5} width="7" height="7" />;
}

/** A line and its marker, for a legend. */
export function LineKey({ index }: { index: number }) {
  return (
    <svg class={`line-key line-${index + 1}`} width="36" height="12" aria-hidden="true">
      <polyline points="0,6 36,6" />
      <Marker x={18} y={6} index={index} />
    </svg>
  );
}
