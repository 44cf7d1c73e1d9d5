import { BETA1, BETA2, EPSILON } from '../adam-constants';
import type { StepOptions } from '../engine';

/** Parameters and moments that Adam changes, [parameterCount] each. */
export interface AdamState {
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

/**
 * One step of Adam as TensorFlow computes it, in place; `step` counts from 1. The bias corrections are folded into
 * the learning rate, so ε stands outside them (Kingma & Ba's "epsilon hat", section 2): PyTorch's Adam, which
 * corrects √v before adding ε, differs a little in the first steps. Parameters decay apart from their gradients, as in
 * AdamW.
 */
export function adamStep(
  state: AdamState,
  gradients: Float64Array,
  step: number,
  { learningRate, weightDecay }: Pick<StepOptions, 'learningRate' | 'weightDecay'>,
): void {
  const { parameters, firstMoment, secondMoment } = state;
  const rate = (learningRate * Math.sqrt(1 - BETA2 ** step)) / (1 - BETA1 ** step);
  for (let i = 0; i < parameters.length; i++) {
    const gradient = gradients[i]!;
    const m = BETA1 * firstMoment[i]! + (1 - BETA1) * gradient;
    const v = BETA2 * secondMoment[i]! + (1 - BETA2) * gradient * gradient;
    firstMoment[i] = m;
    secondMoment[i] = v;
    parameters[i] = (1 - weightDecay) * parameters[i]! - (rate * m) / (Math.sqrt(v) + EPSILON);
  }
}

/** Global norm of the gradients; where it exceeds `clipNorm` they are scaled down to it, in place. */
export function clipByGlobalNorm(gradients: Float64Array, clipNorm: StepOptions['clipNorm']): number {
  let squares = 0;
  for (const gradient of gradients) {
    squares += gradient * gradient;
  }
  const norm = Math.sqrt(squares);
  if (clipNorm !== null && norm > clipNorm) {
    const scale = clipNorm / norm;
    for (let i = 0; i < gradients.length; i++) {
      gradients[i]! *= scale;
    }
  }
  return norm;
}
