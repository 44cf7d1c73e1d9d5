import uPlot from 'uplot';
import { onThemeChange, themeColour } from '../parts/theme';
import type { Columns } from './curve-data';

const HEIGHT = 230;
const FONT_SIZE = 11;

/** Columns of the run itself, with the epochs; those of other runs come after them. */
const OWN_COLUMNS = 4;

/** Lines of other runs' curves, in turn: each has a colour and dashes of its own. */
export const OTHER_LINES = [
  { colour: '--vscode-charts-green', dash: [8, 4] },
  { colour: '--vscode-charts-purple', dash: [2, 3] },
  { colour: '--vscode-foreground', dash: [1, 4] },
  { colour: '--vscode-charts-green', dash: [10, 3, 2, 3] },
  { colour: '--vscode-charts-purple', dash: [16, 6] },
] as const;
/** Epochs that stand out: those with samples, and that with the fewest bits per character. */
export interface MarkedEpochs {
  readonly samples: readonly number[];
  readonly best: { readonly epoch: number; readonly bpc: number } | null;
}

/** Plot of the loss curve on a canvas. */
export class LossPlot {
  readonly #place: HTMLElement;
  readonly #plot: uPlot;
  readonly #resizes: ResizeObserver;
  readonly #forgetTheme: () => void;
  #marked: MarkedEpochs = { samples: [], best: null };

  /** `onCursor` is told the index in the columns that the pointer is at; null where it is elsewhere. */
  constructor(place: HTMLElement, columns: Columns, isLog: boolean, onCursor: (index: number | null) => void) {
    this.#place = place;
    this.#plot = new uPlot(
      options(this.#size(), isLog, columns.length - OWN_COLUMNS, {
        cursor: (plot) => onCursor(plot.cursor.idx ?? null),
        draw: (plot) => drawMarked(plot, this.#marked),
      }),
      columns,
      place,
    );
    this.#resizes = new ResizeObserver(() => this.#plot.setSize(this.#size()));
    this.#resizes.observe(place);
    this.#forgetTheme = onThemeChange(() => this.#plot.redraw(false, true));
  }

  /** Marks are drawn with the next columns. */
  mark(marked: MarkedEpochs): void {
    this.#marked = marked;
  }

  show(columns: Columns): void {
    this.#plot.setData(columns);
  }

  destroy(): void {
    this.#resizes.disconnect();
    this.#forgetTheme();
    this.#plot.destroy();
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(this.#place.clientWidth, 100), height: HEIGHT };
  }
}

function options(
  size: { width: number; height: number },
  isLog: boolean,
  others: number,
  on: { readonly cursor: (plot: uPlot) => void; readonly draw: (plot: uPlot) => void },
): uPlot.Options {
  const text = () => themeColour('--muted');
  const line = () => themeColour('--line');
  const axis: uPlot.Axis = {
    stroke: text,
    font: `${FONT_SIZE}px ${themeColour('--vscode-font-family')}`,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
    gap: 4,
  };
  return {
    ...size,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    padding: [8, 12, 0, 0],
    scales: {
      x: { time: false, distr: isLog ? 3 : 1, range: (_plot, min, max) => span(min, max, isLog) },
      y: { range: (_plot, min, max) => padded(min, max) },
      accuracy: { range: [0, 1] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        values: (_plot, splits) => splits.map((split) => String(Number(split.toPrecision(3)))),
        ...(isLog && {
          splits: (_plot: uPlot, _axis: number, min: number, max: number) => logSplits(min, max),
          filter: (_plot: uPlot, splits: number[]) => splits,
        }),
      },
      {
        ...axis,
        size: 40,
        values: (_plot, splits, _axis, _space, step) => splits.map((split) => split.toFixed(step < 0.1 ? 2 : 1)),
      },
      {
        ...axis,
        scale: 'accuracy',
        side: 1,
        size: 44,
        grid: { show: false },
        values: (_plot, splits) => splits.map((split) => `${Math.round(split * 100)} %`),
      },
    ],
    series: [
      {},
      { label: 'training', stroke: () => themeColour('--training'), width: 1, spanGaps: true, points: { show: false } },
      {
        label: 'validation',
        stroke: () => themeColour('--validation'),
        width: 2,
        spanGaps: true,
        points: { show: true, size: 6, fill: () => themeColour('--validation') },
      },
      {
        label: 'accuracy',
        scale: 'accuracy',
        stroke: text,
        width: 1,
        dash: [4, 3],
        spanGaps: true,
        points: { show: false },
      },
      ...Array.from({ length: others }, (_, i) => otherSeries(OTHER_LINES[i % OTHER_LINES.length]!)),
    ],
    hooks: { setCursor: [on.cursor], draw: [on.draw] },
  };
}

function otherSeries({ colour, dash }: (typeof OTHER_LINES)[number]): uPlot.Series {
  return { stroke: () => themeColour(colour), width: 1.5, dash: [...dash], spanGaps: true, points: { show: false } };
}

/** A small triangle on the axis at each sample, and a ring around the best validation. */
function drawMarked({ ctx, bbox, valToPos, scales }: uPlot, { samples, best }: MarkedEpochs): void {
  const { min, max } = scales.x!;
  const isPlaced = (epoch: number) => epoch >= (min ?? 0) && epoch <= (max ?? 0);
  const side = 4 * devicePixelRatio;
  const bottom = bbox.top + bbox.height;
  ctx.save();
  ctx.setLineDash([]);
  ctx.fillStyle = themeColour('--vscode-foreground');
  for (const epoch of samples.filter(isPlaced)) {
    const x = valToPos(epoch, 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, bottom - 2 * side);
    ctx.lineTo(x - side, bottom);
    ctx.lineTo(x + side, bottom);
    ctx.fill();
  }
  if (best !== null && isPlaced(best.epoch)) {
    ctx.beginPath();
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.strokeStyle = themeColour('--vscode-foreground');
    ctx.arc(valToPos(best.epoch, 'x', true), valToPos(best.bpc, 'y', true), 1.5 * side, 0, 2 * Math.PI);
    ctx.stroke();
  }
  ctx.restore();
}

/** To the last value, from 0 or, on a log axis, from the first; a scale of its own while there is none. */
function span(min: number | null, max: number | null, isLog: boolean): [number, number] {
  const from = isLog ? 0.01 : 0;
  return min === null || max === null || min === max ? [from, 1] : [isLog ? min : 0, max];
}

/** 0.01, 0.03, 0.1, 0.3, 1 …: even steps on a logarithmic axis. */
function logSplits(min: number, max: number): number[] {
  const splits: number[] = [];
  for (let power = Math.floor(Math.log10(min)); 10 ** power <= max; power++) {
    splits.push(...[10 ** power, 3 * 10 ** power].filter((split) => split >= min && split <= max));
  }
  return splits;
}

/** Room above and below; a scale of its own height where there is one value or none. */
function padded(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) {
    return [0, 7];
  }
  const room = Math.max((max - min) * 0.06, 0.05);
  return [Math.max(0, min - room), max + room];
}
