import { isWithin, type Range, rangeText } from '../protocol/range';
import { UserError } from '../protocol/user-error';

/** Checks a number that somebody asked for, or null for none. @throws UserError naming it where it is out of range */
export function checkNumber(name: string, value: number | null, range: Range): void {
  if (value === null || isWithin(range, value)) {
    return;
  }
  throw new UserError(`${name} must be ${rangeText(range)}, not ${value}.`);
}
