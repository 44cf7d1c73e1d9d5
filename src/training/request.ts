import { checkModel } from '../model/limits';
import { LONGEST_SAMPLE_PROMPT, MOST_SAMPLE_PROMPTS } from '../protocol/choices';
import { SEED, THREADS, wholeNumbers } from '../protocol/range';
import type { TrainRequest } from '../protocol/training-events';
import { UserError } from '../protocol/user-error';
import { checkNumber } from './check-number';
import { checkMinibatch, recipeFor } from './recipe';
import { checkLimits } from './schedule';

/** A resumed training goes on with the seed that it has, which older versions did not bound. */
const SEED_TO_RESUME = wholeNumbers(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/**
 * Checks every number and prompt of a request, whoever sends it, before anything is read or made.
 *
 * @throws UserError naming the one that is out of range
 */
export function checkRequest(request: TrainRequest): void {
  checkLimits(request);
  checkNumber('threads', request.threads, THREADS);
  checkNumber('seed', request.seed, request.resume ? SEED_TO_RESUME : SEED);
  checkPrompts(request.prompts);
  const recipe = recipeFor(request);
  checkModel(recipe.model);
  checkMinibatch(recipe);
}

function checkPrompts(prompts: readonly string[]): void {
  if (prompts.length > MOST_SAMPLE_PROMPTS) {
    throw new UserError(`There are ${prompts.length} prompts for samples: give at most ${MOST_SAMPLE_PROMPTS}.`);
  }
  if (prompts.some((prompt) => prompt.length < 1 || prompt.length > LONGEST_SAMPLE_PROMPT)) {
    throw new UserError(
      `A prompt for samples has 1 to ${LONGEST_SAMPLE_PROMPT} characters: leave the empty or longer ones out.`,
    );
  }
}
