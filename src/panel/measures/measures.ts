import type { Mark } from '../../protocol/marks';
import type { PanelState, Sample, Structure } from '../state';

export interface MeasurePoint {
  readonly epoch: number;
  readonly value: number;
}

/** A line of a measure's chart; `name` says which where there are several. */
export interface MeasureLine {
  readonly name: string | null;
  readonly points: readonly MeasurePoint[];
}

/** What a network has learnt, measured at every sample point. */
export interface Measure {
  readonly id: string;
  readonly title: string;
  /** Shares are of 1; rates are numbers as they are. */
  readonly unit: 'share' | 'rate';
  /** Whether less is better; null where neither is. */
  readonly isLessBetter: boolean | null;
  readonly lines: readonly MeasureLine[];
}

/** Deepest nesting that has a line of its own. */
const DEEPEST = 3;

/** Measures of the samples' marks, all prompts together. Empty without marks. */
export function markMeasures(samples: readonly Sample[]): Measure[] {
  const epochs = byEpoch(samples.filter(({ marks }) => marks !== undefined));
  if (epochs.length === 0) {
    return [];
  }
  const line = (measureOf: (group: readonly Sample[]) => number | null): MeasureLine[] => [
    { name: null, points: pointsOf(epochs, measureOf) },
  ];
  const share = (bad: Mark['kind'], good: Mark['kind']) =>
    line((group) => {
      const [wrong, right] = [countOf(group, bad), countOf(group, good)];
      return wrong + right === 0 ? null : wrong / (wrong + right);
    });
  return [
    measure('made-up', 'Made-up names', 'share', true, share('madeUpName', 'knownName')),
    measure('misclosed', 'Wrong closers', 'share', true, share('misclosed', 'closed')),
    measure('unclosed', 'Brackets never closed', 'share', true, share('unclosed', 'closed')),
    measure('misindented', 'Wrong indents', 'share', true, share('misindented', 'indented')),
    measure('missing-colons', 'Missing colons', 'share', true, share('missingColon', 'blockColon')),
    measure('recited', 'Recited', 'share', null, line(recitedShare)),
    measure('keywords', 'Keywords per 1,000', 'rate', null, line(keywordRate)),
  ];
}

/** Measures on held-out text. Empty where there are none. */
export function structureMeasures(structure: readonly Structure[]): Measure[] {
  if (structure.length === 0) {
    return [];
  }
  const line = (name: string | null, shareOf: (event: Structure) => Structure['names'] | undefined): MeasureLine => ({
    name,
    points: structure.flatMap((event) => {
      const { right = 0, total = 0 } = shareOf(event) ?? {};
      return total === 0 ? [] : [{ epoch: event.epoch, value: right / total }];
    }),
  });
  const depths = Math.min(DEEPEST, Math.max(...structure.map(({ closers }) => closers.length)));
  const closers = Array.from({ length: depths }, (_, i) => line(`depth ${i + 1}`, (event) => event.closers[i]));
  return [
    measure('closers', 'Right closers, by depth', 'share', false, closers),
    measure('names', 'Known names', 'share', false, [line(null, ({ names }) => names)]),
    measure('indents', 'Right indents', 'share', false, [line(null, ({ indents }) => indents)]),
  ];
}

/** Whether there is anything to measure. Cheap, since it is asked at every drawing. */
export function hasMeasures({ samples, structure }: Pick<PanelState, 'samples' | 'structure'>): boolean {
  return structure.length > 0 || samples.some(({ marks }) => marks !== undefined);
}

/** All measures of a state: of samples, then of held-out text. */
export function measuresOf({ samples, structure }: Pick<PanelState, 'samples' | 'structure'>): Measure[] {
  return [...markMeasures(samples), ...structureMeasures(structure)];
}

function measure(
  id: string,
  title: string,
  unit: Measure['unit'],
  isLessBetter: boolean | null,
  lines: readonly MeasureLine[],
): Measure {
  return { id, title, unit, isLessBetter, lines };
}

function byEpoch(samples: readonly Sample[]): [number, readonly Sample[]][] {
  const groups = new Map<number, Sample[]>();
  for (const sample of samples) {
    groups.set(sample.epoch, [...(groups.get(sample.epoch) ?? []), sample]);
  }
  return [...groups].sort(([a], [b]) => a - b);
}

function pointsOf(
  epochs: readonly (readonly [number, readonly Sample[]])[],
  measureOf: (group: readonly Sample[]) => number | null,
): MeasurePoint[] {
  return epochs.flatMap(([epoch, group]) => {
    const value = measureOf(group);
    return value === null ? [] : [{ epoch, value }];
  });
}

function countOf(group: readonly Sample[], kind: Mark['kind']): number {
  return group.reduce((sum, { marks = [] }) => sum + marks.filter((mark) => mark.kind === kind).length, 0);
}

function charactersOf(group: readonly Sample[]): number {
  return group.reduce((sum, { text }) => sum + text.length, 0);
}

function recitedShare(group: readonly Sample[]): number | null {
  const characters = charactersOf(group);
  const spans = group.flatMap(({ marks = [] }) => marks.filter(({ kind }) => kind === 'recited'));
  return characters === 0 ? null : spans.reduce((sum, { start, end }) => sum + end - start, 0) / characters;
}

function keywordRate(group: readonly Sample[]): number | null {
  const characters = charactersOf(group);
  return characters === 0 ? null : (countOf(group, 'keyword') / characters) * 1000;
}

/** A value in words. */
export function measureText(value: number, unit: Measure['unit']): string {
  return unit === 'share' ? `${Math.round(value * 100)} %` : value.toFixed(1);
}

/** One sentence on each line's way, for those who cannot see it. */
export function measureSummary({ title, unit, lines }: Measure): string {
  const ways = lines.flatMap(({ name, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    const of = name === null ? '' : `${name} `;
    return first && last ? [`${of}from ${measureText(first.value, unit)} to ${measureText(last.value, unit)}`] : [];
  });
  return ways.length === 0 ? `${title}: no values yet.` : `${title}: ${ways.join(', ')}.`;
}
