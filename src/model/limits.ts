import { UserError } from '../protocol/user-error';
import type { ModelConfig } from './config';
import { parameterCount } from './layout';

/**
 * The largest network in each direction, and in all: 8 layers of 2048 units, the largest that the settings offer, have
 * 190 M.
 */
const LARGEST = { layers: 16, units: 8192 };
const MOST_PARAMETERS = 200_000_000;

/**
 * Checks a network's shape wherever one is read (a request, run.json, a checkpoint's header), before anything of its
 * size is allocated.
 *
 * @throws UserError naming the number that is out of range
 */
export function checkModel(model: ModelConfig): void {
  for (const name of ['layers', 'units'] as const) {
    const value = model[name];
    if (!(Number.isInteger(value) && value >= 1 && value <= LARGEST[name])) {
      throw new UserError(`${name} must be a whole number from 1 to ${LARGEST[name]}, not ${value}.`);
    }
  }
  const parameters = parameterCount(model);
  if (parameters > MOST_PARAMETERS) {
    const millions = (count: number) => `${Math.round(count / 1e6).toLocaleString('en')} million`;
    throw new UserError(
      `${model.layers} layers of ${model.units} units have ${millions(parameters)} parameters, and at most ${millions(MOST_PARAMETERS)} can be trained: choose fewer layers or units.`,
    );
  }
}
