import uPlot from 'uplot';
import { bpc, epochs } from '../protocol/format';
import { columns, valueAt } from './curve-data';
import { element, setText } from './element';
import type { PanelState } from './state';
import { onThemeChange, themeColour } from './theme';

const HEIGHT = 260;
const FONT_SIZE = 11;

// With the fast recipe the model is an average, so validation often lies below training, which surprises.
const VALIDATION_MEANS = 'Of the model that suggestions and samples come from, on files held out.';
const TRAINING_MEANS = 'Of the network that single minibatches push about, on the minibatches themselves.';
const AT_MEANS = 'Where the pointer is, or the newest.';

/** The loss curve: training and validation, bits per character over epochs. */
export class Curve {
  readonly element: HTMLElement;
  readonly #plotPlace = element('div', { id: 'curve', role: 'img' });
  readonly #trainingValue = element('output', { class: 'value' });
  readonly #validationValue = element('output', { class: 'value' });
  readonly #epochValue = element('output', { class: 'value' });
  readonly #logToggle = element('input', { type: 'checkbox', id: 'log-epochs' });
  #plot: uPlot | null = null;
  #state: PanelState | null = null;

  constructor(isLog: boolean, onLogChange: (isLog: boolean) => void) {
    this.#logToggle.checked = isLog;
    this.#logToggle.addEventListener('change', () => {
      onLogChange(this.#logToggle.checked);
      this.#rebuild();
    });
    this.element = element(
      'section',
      { id: 'curve-section', 'aria-labelledby': 'curve-title' },
      element(
        'div',
        { class: 'section-head' },
        element('h2', { id: 'curve-title' }, 'Bits per character'),
        this.#legend(),
        element('label', { class: 'toggle', for: 'log-epochs' }, this.#logToggle, 'Logarithmic epochs'),
      ),
      this.#plotPlace,
    );
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(this.#plotPlace);
    onThemeChange(() => this.#plot?.redraw(false, true));
  }

  show(state: PanelState): void {
    this.#state = state;
    this.#plotPlace.dataset.trainingPoints = String(state.training.length);
    this.#plotPlace.dataset.validationPoints = String(state.validation.length);
    this.#plotPlace.setAttribute('aria-label', summary(state));
    if (this.#plot === null) {
      this.#rebuild();
    } else {
      this.#plot.setData(columns(state, this.#logToggle.checked));
      this.#showValues(this.#plot);
    }
  }

  #legend(): HTMLElement {
    const entry = (kind: string, name: string, value: HTMLElement, title: string) =>
      element(
        'span',
        { class: `entry ${kind}`, title },
        element('span', { class: 'swatch', 'aria-hidden': 'true' }),
        name,
        value,
      );
    return element(
      'div',
      { class: 'legend' },
      entry('validation', 'validation', this.#validationValue, VALIDATION_MEANS),
      entry('training', 'training', this.#trainingValue, TRAINING_MEANS),
      entry('at', 'at epoch', this.#epochValue, AT_MEANS),
    );
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(this.#plotPlace.clientWidth, 100), height: HEIGHT };
  }

  /** uPlot cannot change an axis between linear and logarithmic, so the plot is made anew. */
  #rebuild(): void {
    if (this.#state === null) {
      return;
    }
    this.#plot?.destroy();
    const isLog = this.#logToggle.checked;
    this.#plot = new uPlot(
      options(this.#size(), isLog, (plot) => this.#showValues(plot)),
      columns(this.#state, isLog),
      this.#plotPlace,
    );
    this.#showValues(this.#plot);
  }

  /** Values under the pointer, or the newest ones. */
  #showValues(plot: uPlot): void {
    const [at, training, validation] = plot.data;
    const index = plot.cursor.idx ?? at.length - 1;
    const text = (value: number | null) => (value === null ? '–' : bpc(value));
    setText(this.#epochValue, at[index] === undefined ? '–' : at[index].toFixed(2));
    setText(this.#trainingValue, text(valueAt(training as (number | null)[], index)));
    setText(this.#validationValue, text(valueAt(validation as (number | null)[], index)));
  }
}

function summary({ validation, training }: PanelState): string {
  const [first, last] = [validation[0] ?? training[0], validation.at(-1) ?? training.at(-1)];
  if (first === undefined || last === undefined) {
    return 'Loss curve: no values yet.';
  }
  return (
    `Loss curve: from ${bpc(first.bpc)} bits per character at epoch ${epochs(first.epoch)} ` +
    `to ${bpc(last.bpc)} at epoch ${epochs(last.epoch)}.`
  );
}

function options(
  size: { width: number; height: number },
  isLog: boolean,
  onCursor: (plot: uPlot) => void,
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
      x: { time: false, distr: isLog ? 3 : 1, range: (_plot, min, max) => span(min, max) },
      y: { range: (_plot, min, max) => padded(min, max) },
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
    ],
    hooks: { setCursor: [onCursor] },
  };
}

/** From the first value to the last; a scale of its own while there is none. */
function span(min: number | null, max: number | null): [number, number] {
  return min === null || max === null || min === max ? [0.01, 1] : [min, max];
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
