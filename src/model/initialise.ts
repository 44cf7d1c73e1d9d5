import { ALPHABET_SIZE } from '../python/alphabet';
import type { ModelConfig } from './config';
import { parameterCount, parameterLayout, type TensorSlot } from './layout';
import { Random } from './random';

/**
 * Initialisation of the parameters. Kernels are Glorot uniform, the other biases 0.
 *
 * - `talk`: as TensorFlow's cells have it: a GRU's gate biases are 1, so that it begins by mostly keeping its state.
 * - `one-hot-lecun`: of a one-hot input only one row counts, so the rows of symbols get variance 1, as if their fan-in
 *   were 1 (LeCun et al. 1998, "Efficient BackProp"); Glorot's variance, meant for sums over all rows, leaves the
 *   network all but blind to what it reads. And gate biases 0: the nearest characters, which tell most, are taken in at
 *   once.
 */
export type Initialisation = 'talk' | 'one-hot-lecun';

/** Parameters to start from, [parameterCount]. Only exact arithmetic is used: a seed gives the same bits everywhere. */
export function initialise(
  model: ModelConfig,
  seed: number,
  initialisation: Initialisation = 'one-hot-lecun',
): Float32Array {
  const parameters = new Float32Array(parameterCount(model));
  const random = new Random(seed);
  for (const slot of parameterLayout(model)) {
    const tensor = parameters.subarray(slot.offset, slot.offset + slot.length);
    if (slot.name.endsWith('kernel')) {
      fillGlorotUniform(tensor, slot, random);
    }
    if (initialisation === 'one-hot-lecun' && readsSymbols(slot)) {
      spreadSymbols(tensor, slot);
    }
    if (initialisation === 'talk' && slot.name.endsWith('gates/bias')) {
      tensor.fill(1);
    }
  }
  return parameters;
}

/** Uniform in ±√(6 / (inputs + outputs)) (Glorot & Bengio 2010, equation 16). */
function fillGlorotUniform(tensor: Float32Array, { shape: [inputs, outputs] }: TensorSlot, random: Random): void {
  const limit = Math.sqrt(6 / (inputs! + outputs!));
  for (let i = 0; i < tensor.length; i++) {
    tensor[i] = (2 * random.next() - 1) * limit;
  }
}

function readsSymbols({ name }: TensorSlot): boolean {
  return name.startsWith('cell_0/') && name.endsWith('kernel');
}

/** Scales the rows of symbols from Glorot's variance, 2 / (inputs + outputs), to 1. */
function spreadSymbols(tensor: Float32Array, { shape: [inputs, outputs] }: TensorSlot): void {
  const scale = Math.sqrt((inputs! + outputs!) / 2);
  for (let i = 0; i < ALPHABET_SIZE * outputs!; i++) {
    tensor[i]! *= scale;
  }
}

/** Initial training state: fresh parameters, everything else zero. Shapes as in the engine's `TrainingState`. */
export function initialTrainingState(model: ModelConfig, batch: number, seed: number, initialisation?: Initialisation) {
  const parameters = initialise(model, seed, initialisation);
  return {
    parameters,
    firstMoment: new Float32Array(parameters.length),
    secondMoment: new Float32Array(parameters.length),
    step: 0,
    hidden: new Float32Array(model.layers * batch * model.units),
  };
}
