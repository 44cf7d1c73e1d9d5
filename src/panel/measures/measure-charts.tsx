import { useMemo } from 'preact/hooks';
import { epochs } from '../../protocol/format';
import { useKept } from '../host';
import { UNKNOWN } from '../parts/pairs';
import { ReadTable } from '../parts/read-table';
import type { PanelState } from '../state';
import { hasMeasures, type Measure, type MeasureLine, measureSummary, measuresOf, measureText } from './measures';

const WIDTH = 160;
const HEIGHT = 44;

/** Small multiples under the loss curve: what the network has learnt, at each sample point. */
export function Measures({ state }: { state: PanelState }) {
  const [isOpen, setOpen] = useKept('isMeasuresOpen');
  if (!hasMeasures(state)) {
    return null;
  }
  return (
    <details id="measures" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>What it has learnt, in figures</summary>
      {isOpen && <MeasureCharts state={state} />}
    </details>
  );
}

function MeasureCharts({ state: { samples, structure } }: { state: PanelState }) {
  const [isLog] = useKept('isLog');
  const measures = useMemo(() => measuresOf({ samples, structure }), [samples, structure]);
  return (
    <>
      <div class="measures">
        {measures.map((measure) => (
          <MeasureChart key={measure.id} measure={measure} isLog={isLog} />
        ))}
      </div>
      <MeasureTable measures={measures} />
    </>
  );
}

function MeasureChart({ measure, isLog }: { measure: Measure; isLog: boolean }) {
  const { id, title, unit, lines } = measure;
  const points = lines.flatMap((line) => line.points);
  const place = placing(points, unit, isLog);
  return (
    <figure class="measure" data-measure={id}>
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={measureSummary(measure)}>
        <line class="base" x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
        {lines.map((line, i) => (
          <Line key={line.name} line={line} look={`line-${i + 1}`} place={place} />
        ))}
      </svg>
      <p class="measure-values">
        {lines.map(({ name, points }, i) => {
          const newest = points.at(-1);
          return (
            newest && (
              <span key={name}>
                {name !== null && <LineKey look={`line-${i + 1}`} />}
                {name} <b>{measureText(newest.value, unit)}</b>
              </span>
            )
          );
        })}
      </p>
    </figure>
  );
}

/** A piece of a line, beside its name. */
function LineKey({ look }: { look: string }) {
  return (
    <svg class={`measure-key ${look}`} viewBox="0 0 14 4" aria-hidden="true">
      <line x1="0" y1="2" x2="14" y2="2" />
    </svg>
  );
}

type Place = (point: { epoch: number; value: number }) => readonly [number, number];

function Line({ line, look, place }: { line: MeasureLine; look: string; place: Place }) {
  const places = line.points.map(place);
  const last = places.at(-1);
  return (
    <g class={look}>
      <polyline points={places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      {last && <circle cx={last[0]} cy={last[1]} r="2.5" />}
    </g>
  );
}

/** Where a point is drawn: epochs from left to right, shares from 0 to 1, rates from 0 to the largest. */
function placing(points: readonly { epoch: number; value: number }[], unit: Measure['unit'], isLog: boolean): Place {
  const scale = (epoch: number) => (isLog ? Math.log(Math.max(epoch, 1e-3)) : epoch);
  const xs = points.map(({ epoch }) => scale(epoch));
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  const top = unit === 'share' ? 1 : Math.max(1e-9, ...points.map(({ value }) => value));
  const margin = 3;
  return ({ epoch, value }) => [
    margin + (to === from ? 0 : (scale(epoch) - from) / (to - from)) * (WIDTH - 2 * margin),
    HEIGHT - margin - (value / top) * (HEIGHT - 2 * margin),
  ];
}

/** All values, for those who read rather than look. */
function MeasureTable({ measures }: { measures: readonly Measure[] }) {
  const columns = measures.flatMap(({ title, unit, lines }) =>
    lines.map(({ name, points }) => ({ title: name === null ? title : `${title}: ${name}`, unit, points })),
  );
  const rows = [...new Set(columns.flatMap(({ points }) => points.map(({ epoch }) => epoch)))].sort((a, b) => a - b);
  const text = (row: number, { points, unit }: (typeof columns)[number]) => {
    const point = points.find(({ epoch }) => epoch === row);
    return point === undefined ? UNKNOWN : measureText(point.value, unit);
  };
  return (
    <ReadTable
      caption="What it has learnt, by epoch"
      head={['Epoch', ...columns.map(({ title }) => title)]}
      rows={rows.map((row) => [epochs(row), ...columns.map((column) => text(row, column))])}
    />
  );
}
