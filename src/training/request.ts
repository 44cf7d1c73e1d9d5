import { checkModel } from '../model/limits';
import { SEED, THREADS, wholeNumbers } from '../protocol/range';
import type { TrainRequest } from '../protocol/training-events';
import { checkNumber } from './check-number';
import { checkMinibatch, recipeFor } from './recipe';
import { checkLimits } from './schedule';

/** A resumed training goes on with the seed that it has, which older versions did not bound. */
const SEED_TO_RESUME = wholeNumbers(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/**
 * Checks every number of a request, whoever sends it, before anything is read or made.
 *
 * @throws UserError naming the one that is out of range
 */
export function checkRequest(request: TrainRequest): void {
  checkLimits(request);
  checkNumber('threads', request.threads, THREADS);
  checkNumber('seed', request.seed, request.resume ? SEED_TO_RESUME : SEED);
  const recipe = recipeFor(request);
  checkModel(recipe.model);
  checkMinibatch(recipe);
}
