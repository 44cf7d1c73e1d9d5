import { InvalidArgumentError, Option } from 'commander';
import type { TrainRequest } from '../protocol/training';

/** Parses a whole number of at least `least` (none: any). */
export function wholeNumber(least = Number.MIN_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = parseNumber(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    const bound = least === Number.MIN_SAFE_INTEGER ? '' : ` of at least ${least}`;
    throw new InvalidArgumentError(`It must be a whole number${bound}.`);
  };
}

/** Parses a number above 0. */
export function positive(text: string): number {
  const value = parseNumber(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** Parses a number of at least 0. */
export function atLeastZero(text: string): number {
  const value = parseNumber(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a number of at least 0.');
}

function parseNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

export const jsonOption = () => new Option('--json', 'print one JSON object on standard output and nothing else there');

export const engineOption = () =>
  new Option('--engine <name>', 'what computes')
    .choices(['auto', 'native', 'tfjs', 'reference'] as const)
    .default('auto' as const);

export const threadsOption = () =>
  new Option('--threads <n>', 'threads (default: as many as there are processors)').argParser(wholeNumber(1));

export const holdoutOption = (byDefault: string) =>
  new Option(
    '--holdout <how>',
    `files held out for validation: every-10th, auto, none, or a pattern as in a .gitignore, given as often as you like (${byDefault})`,
  ).argParser(holdout);

const RULES = ['every-10th', 'auto', 'none'] as const;

function holdout(value: string, before?: TrainRequest['holdout']): TrainRequest['holdout'] {
  const rule = RULES.find((name) => name === value);
  return rule ?? [...(Array.isArray(before) ? before : []), value];
}
