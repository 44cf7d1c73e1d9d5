import { moment } from '../protocol/format';
import { printable } from '../protocol/printable';
import { MOST_CURVE_POINTS, type RunDetails, type RunSummary, type ValidationPoint } from '../protocol/run-summary';
import { UserError } from '../protocol/user-error';
import { folderSize } from '../storage/folder-size';
import type { Run, RunInfo } from './run';

/** Name, size, configuration and figures of a run. One with damaged files has a name and a size. */
export function summariseRun(run: Run): Omit<RunSummary, 'id' | 'isCurrent'> {
  const bytes = folderSize(run.path);
  try {
    const info = run.info();
    return { name: displayName(run, info), created: info.created, bytes, details: detailsOf(run, info) };
  } catch (error) {
    if (error instanceof UserError) {
      return { name: printable(run.name() ?? 'Damaged run'), created: '', bytes, details: null };
    }
    throw error;
  }
}

/** Name of a run for people: the one that somebody gave it, else day, time and preset. */
export function displayName(run: Run, { created, recipe }: Pick<RunInfo, 'created' | 'recipe'>): string {
  return printable(run.name() ?? `${moment(created)}, ${recipe.preset}`);
}

export function detailsOf(run: Run, { recipe, started, finished }: RunInfo): RunDetails {
  const validations = run.validations();
  const newest = finished ?? run.newestProgress();
  const { epoch = 0, characters = 0, seconds = 0 } = newest ?? {};
  const { preset, batch, seqlen, seed } = recipe;
  const { cell, layers, units } = recipe.model;
  const { parameters, engine, mode } = started;
  return {
    ...{ preset, cell, layers, units, parameters, batch, seqlen, seed, engine, mode },
    isComplete: finished?.reason === 'completed',
    ...{ epoch, characters, seconds },
    best: bestOf(validations),
    curve: thinned(validations, MOST_CURVE_POINTS).map(({ epoch, seconds, bpc }) => ({ epoch, seconds, bpc })),
    checkpoints: run.checkpoints().map(({ epoch }) => epoch),
  };
}

/** The first of the fewest bits per character. */
function bestOf(validations: readonly ValidationPoint[]): RunDetails['best'] {
  const [first, ...others] = validations;
  if (first === undefined) {
    return null;
  }
  const { bpc, epoch } = others.reduce((best, point) => (point.bpc < best.bpc ? point : best), first);
  return { bpc, epoch };
}

/** At most `most` of the values, evenly spaced, the first and the last among them. */
export function thinned<T>(values: readonly T[], most: number): readonly T[] {
  if (values.length <= most) {
    return values;
  }
  const step = (values.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => values[Math.round(i * step)] as T);
}
