import { isWithin, positiveNumbers, rangeText, wholeNumbers } from '../protocol/range';
import type { TrainRequest } from '../protocol/training';
import { UserError } from '../protocol/user-error';
import { checkRecipe, recipeFor } from './recipe';

const TEN_YEARS = 10 * 365 * 24 * 3600;

/** What a training may be asked for, beside the size of its steps. */
const RANGES = {
  epochs: positiveNumbers(1_000_000),
  seconds: positiveNumbers(TEN_YEARS),
  threads: wholeNumbers(1, 256),
  seed: wholeNumbers(0, 2 ** 32 - 1),
} as const;

/** A resumed training goes on with the seed that it has, which older versions did not bound. */
const RANGES_TO_RESUME = { ...RANGES, seed: wholeNumbers(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) };

/**
 * Checks every number of a request, whoever sends it, before anything is read or made.
 *
 * @throws UserError naming the one that is out of range
 */
export function checkRequest(request: TrainRequest): void {
  for (const [name, range] of Object.entries(request.resume ? RANGES_TO_RESUME : RANGES)) {
    const value = request[name as keyof typeof RANGES];
    if (value !== null && !isWithin(range, value)) {
      throw new UserError(`${name} must be ${rangeText(range)}, not ${value}.`);
    }
  }
  checkRecipe(recipeFor(request));
}
