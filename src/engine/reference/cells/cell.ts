/** A cell's input for `rows` streams: symbols [rows], standing for one-hot rows, or values [rows, inputs]. */
export type CellInput = Uint8Array | Float64Array;

/** A recurrent cell with its parameters: one forward and backward pair, whatever happens in between. */
export interface Cell {
  /** Reads one input in each of `rows` streams, from the state `before` [rows, units]. */
  forward(input: CellInput, before: Float64Array, rows: number): CellStep;
}

/** One forward step of a cell, with the activations that its backward step needs. */
export interface CellStep {
  /** State after the step, [rows, units]. */
  readonly after: Float64Array;
  /**
   * `dAfter` [rows, units] is the gradient of the loss by the state after the step. Gradients by the parameters are
   * added to those that the cell was made with.
   */
  backward(dAfter: Float64Array): CellGradient;
}

/** Gradients of the loss by what a step took in. */
export interface CellGradient {
  /** Gradient by the state before the step, [rows, units]. */
  readonly before: Float64Array;
  /** Gradient by the input, [rows, inputs]; null where it was symbols. */
  readonly input: Float64Array | null;
}
