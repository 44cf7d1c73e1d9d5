import { InvalidArgumentError, Option } from 'commander';
import { ENGINES, HOLDOUT_RULES } from '../protocol/choices';
import { isWithin, numbers, type Range, rangeText, THREADS } from '../protocol/range';
import type { TrainRequest } from '../protocol/training-events';

/** Parses a number. Those of a training are checked together, as a request (training/request.ts). */
export function number(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) {
    return value;
  }
  throw new InvalidArgumentError('It must be a number.');
}

/** Parses a number in a range. */
export function numberIn(range: Range): (text: string) => number {
  return (text) => {
    const value = number(text);
    if (isWithin(range, value)) {
      return value;
    }
    throw new InvalidArgumentError(`It must be ${rangeText(range)}.`);
  };
}

export const jsonOption = () => new Option('--json', 'print one JSON object on standard output and nothing else there');

export const engineOption = () =>
  new Option('--engine <name>', 'what computes').choices(ENGINES).default('auto' as const);

export const threadsOption = () =>
  new Option('--threads <n>', 'threads (default: as many as there are processors)').argParser(numberIn(THREADS));

export const epochOption = () =>
  new Option('--epoch <e>', 'the network as it was at about this epoch (default: the newest)').argParser(
    numberIn(numbers(0, 1e6)),
  );

export const holdoutOption = (byDefault: string) =>
  new Option(
    '--holdout <how>',
    `files held out for validation: every-10th, auto, none, or a pattern as in a .gitignore, given as often as you like (${byDefault})`,
  ).argParser(holdout);

function holdout(value: string, before?: TrainRequest['holdout']): TrainRequest['holdout'] {
  const rule = HOLDOUT_RULES.find((name) => name === value);
  return rule ?? [...(Array.isArray(before) ? before : []), value];
}
