import type { ModelConfig } from './config';
import { parameterCount, parameterLayout } from './layout';
import { Random } from './random';

/**
 * Parameters to start from, [parameterCount]: kernels Glorot uniform, gate biases 1 (so that a cell begins by mostly
 * keeping its state), the other biases 0. Only exact arithmetic is used: a seed gives the same bits everywhere.
 */
export function initialise(model: ModelConfig, seed: number): Float32Array {
  const parameters = new Float32Array(parameterCount(model));
  const random = new Random(seed);
  for (const { name, shape, offset, length } of parameterLayout(model)) {
    const tensor = parameters.subarray(offset, offset + length);
    if (name.endsWith('kernel')) fillGlorotUniform(tensor, shape[0], shape[1], random);
    else if (name.endsWith('gates/bias')) tensor.fill(1);
  }
  return parameters;
}

/** Uniform in ±√(6 / (inputs + outputs)) (Glorot & Bengio 2010, equation 16). */
function fillGlorotUniform(tensor: Float32Array, inputs: number, outputs: number, random: Random): void {
  const limit = Math.sqrt(6 / (inputs + outputs));
  for (let i = 0; i < tensor.length; i++) tensor[i] = (2 * random.next() - 1) * limit;
}

/** What training starts from: fresh parameters, everything else zero. Shapes as in the engine's `TrainingState`. */
export function initialTrainingState(model: ModelConfig, batch: number, seed: number) {
  const parameters = initialise(model, seed);
  return {
    parameters,
    firstMoment: new Float32Array(parameters.length),
    secondMoment: new Float32Array(parameters.length),
    step: 0,
    hidden: new Float32Array(model.layers * batch * model.units),
  };
}
