import { bpc, epochs } from '../../protocol/format';
import { thinned } from '../summarise-run';
import type { RunHistory } from './run-history';

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 56;
const RIGHT = 24;
const TOP = 56;
const BOTTOM = 52;

/** Points of a line, at most: more than there are columns would not be seen. */
const MOST_POINTS = 600;

interface Point {
  readonly epoch: number;
  readonly bpc: number;
}

/** Colours on light and on dark, by the reader's preference. */
const STYLE = `
svg { --paper: #ffffff; --ink: #1f2328; --faint: #d0d7de; --training: #0969da; --validation: #bc4c00; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #0d1117; --ink: #e6edf3; --faint: #30363d; --training: #58a6ff; --validation: #f0883e; }
}
text { fill: var(--ink); font: 12px system-ui, sans-serif; }
.title { font-size: 15px; font-weight: 600; }
.paper { fill: var(--paper); }
.grid { stroke: var(--faint); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.training { stroke: var(--training); stroke-width: 1.25; }
.validation { stroke: var(--validation); stroke-dasharray: 7 3; }
.best { fill: var(--validation); }
`;

/**
 * Bits per character by epoch, which is logarithmic, of the text trained on (a thin line) and of held-out text (a
 * dashed one), as a picture (SVG) that stands by itself.
 */
export function curveSvg({ name, progress, validations, details }: RunHistory): string {
  const training = pointsOf(progress.map(({ epoch, trainBpc }) => ({ epoch, bpc: trainBpc })));
  const validation = pointsOf(validations);
  const all = [...training, ...validation];
  const body = all.length === 0 ? noPoints() : plot(training, validation, details.best);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escaped(name)}: bits per character by epoch</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    text(LEFT, 24, name, 'title'),
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** A logarithm has no place for epoch 0. */
function pointsOf(points: readonly Point[]): readonly Point[] {
  return thinned(
    points.filter(({ epoch }) => epoch > 0),
    MOST_POINTS,
  );
}

function noPoints(): string[] {
  return [text(LEFT, HEIGHT / 2, 'Nothing has been measured yet.')];
}

function plot(training: readonly Point[], validation: readonly Point[], best: Point | null): string[] {
  const all = [...training, ...validation];
  const [first, last] = [Math.min(...all.map(({ epoch }) => epoch)), Math.max(...all.map(({ epoch }) => epoch))];
  const [low, high] = [Math.min(...all.map(({ bpc }) => bpc)), Math.max(...all.map(({ bpc }) => bpc))];
  const levels = linearTicks(low, high);
  const [bottom, top] = [levels[0]!, levels.at(-1)!];
  const x = (epoch: number) => LEFT + share(Math.log(epoch), Math.log(first), Math.log(last)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - share(value, bottom, top) * (HEIGHT - TOP - BOTTOM);
  const line = (points: readonly Point[], kind: string) =>
    points.length === 0
      ? []
      : [
          `<polyline class="line ${kind}" points="${points.map(({ epoch, bpc }) => `${round(x(epoch))},${round(y(bpc))}`).join(' ')}"/>`,
        ];
  const end = HEIGHT - BOTTOM;
  return [
    ...levels.flatMap((level) => [
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(level))}" y2="${round(y(level))}"/>`,
      text(LEFT - 8, y(level) + 4, String(level), '', 'end'),
    ]),
    ...logarithmicTicks(first, last).flatMap((epoch) => [
      `<line class="grid" x1="${round(x(epoch))}" x2="${round(x(epoch))}" y1="${TOP}" y2="${end}"/>`,
      text(x(epoch), end + 18, String(epoch), '', 'middle'),
    ]),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, 'epochs (logarithmic)', '', 'middle'),
    ...line(training, 'training'),
    ...line(validation, 'validation'),
    ...legend(validation.length > 0, best),
    ...(best === null || best.epoch <= 0
      ? []
      : [`<circle class="best" cx="${round(x(best.epoch))}" cy="${round(y(best.bpc))}" r="4"/>`]),
  ];
}

function legend(hasValidation: boolean, best: Point | null): string[] {
  const sample = (at: number, kind: string) =>
    `<line class="line ${kind}" x1="${at}" x2="${at + 26}" y1="40" y2="40"/>`;
  const figure = best === null ? '' : `, best ${bpc(best.bpc)} at epoch ${epochs(best.epoch)}`;
  return [
    sample(LEFT, 'training'),
    text(LEFT + 34, 44, 'bits per character, training'),
    ...(hasValidation ? [sample(LEFT + 230, 'validation'), text(LEFT + 264, 44, `held out${figure}`)] : []),
  ];
}

/** Place of a value between two others, 0 to 1; the middle where they are the same. */
function share(value: number, from: number, to: number): number {
  return to === from ? 0.5 : (value - from) / (to - from);
}

/** Round values with the same distance, from below `low` to above `high`. */
function linearTicks(low: number, high: number): number[] {
  const rough = Math.max(high - low, 0.01) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const [from, to] = [Math.floor(low / step), Math.max(Math.ceil(high / step), Math.floor(low / step) + 1)];
  return Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(6)));
}

/** 1 and 3 times powers of ten in a range; its ends where there are fewer than two. */
function logarithmicTicks(first: number, last: number): number[] {
  const powers = Array.from({ length: 14 }, (_, i) => i - 7);
  const ticks = powers.flatMap((power) => [1, 3].map((factor) => Number(`${factor}e${power}`)));
  const inside = ticks.filter((tick) => tick >= first && tick <= last);
  return inside.length >= 2 ? inside : [...new Set([first, last])].map((value) => Number(value.toPrecision(2)));
}

function text(x: number, y: number, content: string, kind = '', anchor = 'start'): string {
  const style = kind === '' ? '' : ` class="${kind}"`;
  return `<text${style} x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
