import { BETA1, BETA2, EPSILON } from '../adam-constants';
import type { StepOptions } from '../engine';
import type { Operations } from './operations';
import type { Tensor } from './tensorflow';
import type { Variables } from './variables';

/** One step of TensorFlow's Adam, in place, after the parameters' decay; `step` counts from 1. */
export function adamStep(
  ops: Operations,
  parameters: Variables,
  firstMoment: Variables,
  secondMoment: Variables,
  gradients: readonly Tensor[],
  step: number,
  { learningRate, weightDecay }: Pick<StepOptions, 'learningRate' | 'weightDecay'>,
): void {
  if (weightDecay !== 0) {
    scaleAll(ops, parameters, 1 - weightDecay);
  }
  // The bias corrections are computed here in float64 and handed over as part of the rate: TensorFlow's would be
  // float32.
  const rate = (learningRate * Math.sqrt(1 - BETA2 ** step)) / (1 - BETA1 ** step);
  ops.tf.tidy(() => {
    const uncorrected = ops.tf.scalar(0);
    const scalars = [uncorrected, uncorrected, ...[rate, BETA1, BETA2, EPSILON].map((x) => ops.tf.scalar(x))];
    for (const [i, gradient] of gradients.entries()) {
      const variables = [parameters, firstMoment, secondMoment].map(({ handles }) => handles[i]!);
      ops.applyAdam([...variables, ...scalars, gradient!]);
    }
  });
}

function scaleAll(ops: Operations, { handles }: Variables, factor: number): void {
  ops.tf.tidy(() => {
    const scale = ops.tf.scalar(factor);
    for (const handle of handles) {
      ops.assign(handle, ops.multiply(ops.value(handle), scale));
    }
  });
}

/** Global norm of the gradients, and the gradients scaled down to `clipNorm` where it is exceeded. */
export function clipByGlobalNorm(ops: Operations, gradients: readonly Tensor[], clipNorm: number | null) {
  const { tf } = ops;
  const norm = tf.sqrt(tf.mul(2, tf.addN(gradients.map((gradient) => ops.halfSquares(gradient)))));
  if (clipNorm === null) {
    return { norm, gradients };
  }
  const scale = tf.div(clipNorm, tf.maximum(norm, clipNorm));
  return { norm, gradients: gradients.map((gradient) => ops.multiply(gradient, scale)) };
}
