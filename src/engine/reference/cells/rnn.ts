import type { Cell, CellGradient, CellInput } from './cell';
import { addHiddenGradient, addWeightGradients, type CellLinear, inputGradient, linearForward } from './linear';

/**
 * The plain cell, with which the talk begins: TensorFlow's `BasicRNNCell`.
 *
 *   h' = tanh([x, h]·W + b)
 */

/** Activations of a forward step, kept for the backward step. */
interface RnnStep {
  readonly input: CellInput;
  /** State before the step, h [rows, units]. */
  readonly before: Float64Array;
  /** State after the step, h' [rows, units]. */
  readonly after: Float64Array;
}

/** `gradients`, to which backward steps add, has the shapes of `parameters`; null for none. */
export function rnnCell(parameters: CellLinear, gradients: CellLinear | null): Cell {
  return {
    forward: (input, before, rows) => {
      const step = rnnForward(parameters, input, before, rows);
      return { after: step.after, backward: (dAfter) => rnnBackward(parameters, gradients, step, dAfter, rows) };
    },
  };
}

function rnnForward(cell: CellLinear, input: CellInput, before: Float64Array, rows: number): RnnStep {
  const after = linearForward(cell, input, before, rows).map(Math.tanh);
  return { input, before, after };
}

function rnnBackward(
  cell: CellLinear,
  dCell: CellLinear | null,
  { input, before, after }: RnnStep,
  dAfter: Float64Array,
  rows: number,
): CellGradient {
  // Through the tanh to its pre-activation: tanh′ = 1 − h'².
  const dOut = dAfter.map((d, i) => d * (1 - after[i]! * after[i]!));
  const dBefore = new Float64Array(before.length);
  addHiddenGradient(cell, dOut, dBefore, rows);
  if (dCell) {
    addWeightGradients(dCell, input, before, dOut, rows);
  }
  return { before: dBefore, input: inputGradient(input, [[cell, dOut]], rows) };
}
