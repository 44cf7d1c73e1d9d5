import * as v from 'valibot';

/** Numbers that somebody may ask for. */
export interface Range {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  /** `least` itself is too little. */
  readonly isOpen?: boolean;
}

export function wholeNumbers(least: number, most: number): Range {
  return { least, most, isWhole: true };
}

export function numbers(least: number, most: number): Range {
  return { least, most, isWhole: false };
}

export function positiveNumbers(most: number): Range {
  return { least: 0, most, isWhole: false, isOpen: true };
}

/** Ranges of options that several places ask for. */
export const THREADS = wholeNumbers(1, 256);
export const SEED = wholeNumbers(0, 2 ** 32 - 1);

export function isWithin({ least, most, isWhole, isOpen = false }: Range, value: number): boolean {
  const isEnough = isOpen ? value > least : value >= least;
  return isEnough && value <= most && (!isWhole || Number.isInteger(value));
}

/** "a whole number from 1 to 256" */
export function rangeText({ least, most, isWhole, isOpen = false }: Range): string {
  const kind = isWhole ? 'a whole number' : 'a number';
  return isOpen ? `${kind} above ${least} and up to ${most}` : `${kind} from ${least} to ${most}`;
}

/** Schema of a number in a range. */
export function numberIn(range: Range) {
  return v.pipe(
    v.number(),
    v.check((value) => isWithin(range, value), `Expected ${rangeText(range)}`),
  );
}
