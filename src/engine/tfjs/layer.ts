import type { Operations } from './operations';
import type { Tensor } from './tensorflow';

/** One cell's tensors: its parameters, or their gradients. */
export interface CellTensors {
  /** [inputs + units, 2·units], columns r then u, and [2·units] */
  readonly gates: Tensor;
  readonly gatesBias: Tensor;
  /** [inputs + units, units] and [units] */
  readonly candidate: Tensor;
  readonly candidateBias: Tensor;
}

/** One layer run over all steps. */
export interface LayerRun {
  /** State after every step, [rows, units] each. */
  readonly states: readonly Tensor[];
  /** From the gradients by `states`; `inputs` (by the inputs, per step) only where asked for. */
  backward(dStates: readonly Tensor[], wantInputs: boolean): LayerGradients;
}

export interface LayerGradients {
  readonly cell: CellTensors;
  readonly inputs: readonly Tensor[];
}

/**
 * Runs the talk's cell over the steps of `inputs` ([rows, inputs] each), from `hidden` [rows, units]. There are two
 * ways, equal in what they compute: block-cell.ts in the fewest operations, hoisted.ts in the largest products.
 */
export type RunLayer = (ops: Operations, cell: CellTensors, inputs: readonly Tensor[], hidden: Tensor) => LayerRun;
