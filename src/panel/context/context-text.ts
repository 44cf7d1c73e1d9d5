import { bpc, percent } from '../../protocol/format';
import type { MeasuredContext } from '../../protocol/measured-context';
import { UNKNOWN } from '../parts/pairs';
import type { ChartLine } from './context-chart';
import { networkName } from './networks';

/** Bits per character by which a reach may be worse than the best one and still count as as good. */
const NEARLY = 0.05;

export const number = (value: number): string => value.toLocaleString('en-US');

/** Names of measured networks, by which they differ: with the training's where size and epoch are the same. */
export function lineNames(measured: readonly MeasuredContext[], runs: readonly string[]): string[] {
  const names = measured.map(networkName);
  return new Set(names).size === names.length ? names : names.map((name, i) => `${name}, ${runs[i]}`);
}

/** What was measured, in words; empty where nothing was. */
export function measuredText(measured: readonly MeasuredContext[], names: readonly string[]): string {
  return [...measured.map((one, i) => reachText(one, names[i]!)), measuredOn(measured)].join(' ').trim();
}

/** Sentence on how far back a network makes use of what it has read; empty where too little was measured. */
export function reachText({ reaches }: MeasuredContext, name: string): string {
  const best = Math.min(...reaches.map(({ bpc }) => bpc));
  const enough = reaches.find((reach) => reach.bpc <= best + NEARLY);
  const farthest = reaches.at(-1);
  if (enough === undefined || farthest === undefined || reaches.length < 2) {
    return '';
  }
  const seen = `${number(enough.reach)} character${enough.reach === 1 ? '' : 's'}`;
  return enough === farthest
    ? `${name} still gains from seeing ${seen} rather than fewer.`
    : `${name} hardly gains from seeing more than ${seen}: it then comes within ${NEARLY} bits of its best.`;
}

/** Sentence on the text that networks were measured on. */
export function measuredOn(measured: readonly MeasuredContext[]): string {
  const [first, second] = measured;
  if (first === undefined) {
    return '';
  }
  if (first.reaches.length === 0) {
    return 'There is too little held-out text to measure anything on.';
  }
  const isHeldOut = measured.every((one) => one.isHeldOut);
  const text = isHeldOut ? 'held-out characters' : 'characters that were learnt from, as nothing was held out';
  const isSame = second === undefined || second.text === first.text;
  const notes = [
    `Measured on ${number(first.characters)} ${text}, and on the closing brackets of ${number(first.read)}.`,
    isSame ? '' : 'The two read different text: files have changed since, or others are held out. Measure both again.',
  ];
  return notes.join(' ').trim();
}

/** What a picture says, for those who cannot see it: where each line begins and ends. */
export function chartSummary(title: string, lines: readonly ChartLine[], text: (y: number) => string): string {
  const ways = lines.flatMap(({ name, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    return first && last
      ? [`${name} from ${text(first.y)} at ${number(first.x)} to ${text(last.y)} at ${number(last.x)}`]
      : [];
  });
  return `${title}: ${ways.join('; ')}.`;
}

/** Distance of a bracket from its opener: "3 to 9", "1,000 and more". */
function distanceText({ from, to }: MeasuredContext['closers'][number]): string {
  return to === null ? `${number(from)} and more` : `${number(from)} to ${number(to - 1)}`;
}

/** Rows of the table of reaches: characters seen, then bits of each network. */
export function reachRows(measured: readonly MeasuredContext[]): string[][] {
  const reaches = [...new Set(measured.flatMap((one) => one.reaches.map(({ reach }) => reach)))].sort((a, b) => a - b);
  const bitsOf = (one: MeasuredContext, wanted: number) => one.reaches.find(({ reach }) => reach === wanted)?.bpc;
  return reaches.map((reach) => [
    number(reach),
    ...measured.map((one) => {
      const bits = bitsOf(one, reach);
      return bits === undefined ? UNKNOWN : bpc(bits);
    }),
  ]);
}

/** Rows of the table of closers: distance, then the share of each network that is right. */
export function closerRows(measured: readonly MeasuredContext[]): string[][] {
  const [first] = measured;
  const buckets = first?.closers.filter(({ from }) => measured.some((one) => totalFrom(one, from) > 0)) ?? [];
  return buckets.map((bucket) => [
    distanceText(bucket),
    ...measured.map((one) => {
      const found = one.closers.find(({ from }) => from === bucket.from);
      return found === undefined || found.total === 0
        ? UNKNOWN
        : `${percent(found.right / found.total)} of ${number(found.total)}`;
    }),
  ]);
}

function totalFrom(one: MeasuredContext, wanted: number): number {
  return one.closers.find(({ from }) => from === wanted)?.total ?? 0;
}
