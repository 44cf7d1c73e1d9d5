import { bpc, percent } from '../../protocol/format';
import type { MeasuredContext } from '../../protocol/measured-context';
import { printableLines } from '../../protocol/printable';
import { RowsTable, type RowsTableProps } from '../parts/read-table';
import { type ChartLine, ContextChart, LineKey } from './context-chart';
import { chartSummary, closerRows, number, reachRows } from './context-text';

interface MeasuredChartsProps {
  /** Networks side by side, and what they are called. */
  readonly measured: readonly MeasuredContext[];
  readonly names: readonly string[];
}

/** Brackets whose share is drawn: that of fewer says nothing, and stands in the table with its count. */
const FEWEST_DRAWN = 10;

/** What was measured of one network or two: pictures, and tables with the same figures. */
export function MeasuredCharts({ measured, names }: MeasuredChartsProps) {
  return (
    <>
      <div class="legend" id="context-legend">
        {names.map((name, i) => (
          <span key={name} class="entry">
            <LineKey index={i} />
            {printableLines(name)}
          </span>
        ))}
      </div>
      {(measured[0]?.reaches.length ?? 0) > 0 && (
        <div class="context-charts">
          <ReachFigure measured={measured} names={names} />
          <CloserFigure measured={measured} names={names} />
        </div>
      )}
    </>
  );
}

function ReachFigure({ measured, names }: MeasuredChartsProps) {
  const title = 'Bits per character, by the characters that the network may see';
  const lines = measured.map(({ reaches }, i) => ({
    name: names[i]!,
    points: reaches.map(({ reach, bpc }) => ({ x: reach, y: bpc })),
  }));
  return (
    <figure id="context-reaches">
      <figcaption>{title}</figcaption>
      <ContextChart lines={lines} summary={chartSummary(title, lines, bpc)} xs={ticksOf(lines)} yText={String} />
      <FigureTable caption={title} head={['May see', ...names]} rows={reachRows(measured)} />
    </figure>
  );
}

function CloserFigure({ measured, names }: MeasuredChartsProps) {
  const title = 'Closing brackets predicted, by the distance from their opening one';
  const lines = measured.map(({ closers }, i) => ({
    name: names[i]!,
    points: closers.flatMap(({ from, right, total }) => (total < FEWEST_DRAWN ? [] : [{ x: from, y: right / total }])),
  }));
  return (
    <figure id="context-closers">
      <figcaption>{title}</figcaption>
      <ContextChart
        lines={lines}
        summary={chartSummary(title, lines, percent)}
        xs={ticksOf(lines)}
        yText={percent}
        range={[0, 1]}
      />
      <FigureTable caption={title} head={['Distance', ...names]} rows={closerRows(measured)} />
    </figure>
  );
}

/** A tick under every point. */
function ticksOf(lines: readonly ChartLine[]) {
  const xs = new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)));
  return [...xs].sort((a, b) => a - b).map((x) => ({ x, label: number(x) }));
}

/** Figures of a picture. */
function FigureTable(props: RowsTableProps) {
  return (
    <div class="context-table">
      <RowsTable {...props} class="small-table" />
    </div>
  );
}
