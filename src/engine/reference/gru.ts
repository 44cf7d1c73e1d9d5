import { addProduct, addProductByTransposed, addRowSums, addScaledRow, addTransposedProduct, setRows } from './matrix';
import type { CellParameters } from './parameters';

/**
 * One step of one GRU cell, the talk's: TensorFlow's `GRUCell`, with the reset gate before the product.
 *
 *   r, u = σ([x, h]·W_g + b_g)      c = tanh([x, r∘h]·W_c + b_c)      h' = u∘h + (1 − u)∘c
 */

/** A cell's input for `rows` streams: symbols [rows], standing for one-hot rows, or values [rows, inputs]. */
export type CellInput = Uint8Array | Float64Array;

/** Activations of a forward step, kept for the backward step. */
export interface CellStep {
  readonly input: CellInput;
  /** State before the step, h [rows, units]. */
  readonly before: Float64Array;
  /** r and u beside each other, [rows, 2·units]. */
  readonly gates: Float64Array;
  /** r∘h [rows, units] */
  readonly kept: Float64Array;
  /** c [rows, units] */
  readonly candidate: Float64Array;
  /** State after the step, h' [rows, units]. */
  readonly after: Float64Array;
}

export function cellForward(cell: CellParameters, input: CellInput, before: Float64Array, rows: number): CellStep {
  const { inputs, units } = cell;

  const gates = new Float64Array(rows * 2 * units);
  setRows(gates, cell.gatesBias, rows);
  addInputProduct(gates, input, cell.gatesFromInput, rows, inputs, 2 * units);
  addProduct(gates, before, cell.gatesFromHidden, rows, units, 2 * units);
  for (let i = 0; i < gates.length; i++) {
    gates[i] = 1 / (1 + Math.exp(-gates[i]!));
  }

  const kept = new Float64Array(rows * units);
  for (let i = 0; i < kept.length; i++) {
    kept[i] = gates[resetIndex(i, units)]! * before[i]!;
  }

  const candidate = new Float64Array(rows * units);
  setRows(candidate, cell.candidateBias, rows);
  addInputProduct(candidate, input, cell.candidateFromInput, rows, inputs, units);
  addProduct(candidate, kept, cell.candidateFromHidden, rows, units, units);
  for (let i = 0; i < candidate.length; i++) {
    candidate[i] = Math.tanh(candidate[i]!);
  }

  const after = new Float64Array(rows * units);
  for (let i = 0; i < after.length; i++) {
    const update = gates[resetIndex(i, units) + units]!;
    after[i] = update * before[i]! + (1 - update) * candidate[i]!;
  }
  return { input, before, gates, kept, candidate, after };
}

/** Gradients of the loss by what a step took in. */
export interface CellGradient {
  /** Gradient by the state before the step, [rows, units]. */
  readonly before: Float64Array;
  /** Gradient by the input, [rows, inputs]; null where it was symbols. */
  readonly input: Float64Array | null;
}

/**
 * `dAfter` [rows, units] is the gradient by the state after the step; gradients by the parameters are added to `dCell`.
 */
export function cellBackward(
  cell: CellParameters,
  dCell: CellParameters,
  step: CellStep,
  dAfter: Float64Array,
  rows: number,
): CellGradient {
  const { inputs, units } = cell;
  const { input, before, gates, kept, candidate } = step;

  // Through h' = u∘h + (1 − u)∘c, and on through u's sigmoid and c's tanh to their pre-activations.
  const dBefore = new Float64Array(rows * units);
  const dGates = new Float64Array(rows * 2 * units);
  const dCandidate = new Float64Array(rows * units);
  for (let i = 0; i < dAfter.length; i++) {
    const u = resetIndex(i, units) + units;
    dBefore[i] = dAfter[i]! * gates[u]!;
    dGates[u] = dAfter[i]! * (before[i]! - candidate[i]!) * gates[u]! * (1 - gates[u]!);
    dCandidate[i] = dAfter[i]! * (1 - gates[u]!) * (1 - candidate[i]! * candidate[i]!);
  }

  // Through c's product to r∘h, and on through r's sigmoid to its pre-activation.
  const dKept = new Float64Array(rows * units);
  addProductByTransposed(dKept, dCandidate, cell.candidateFromHidden, rows, units, units);
  for (let i = 0; i < dKept.length; i++) {
    const r = resetIndex(i, units);
    dBefore[i]! += dKept[i]! * gates[r]!;
    dGates[r] = dKept[i]! * before[i]! * gates[r]! * (1 - gates[r]!);
  }

  // Through the gates' product to h.
  addProductByTransposed(dBefore, dGates, cell.gatesFromHidden, rows, units, 2 * units);

  addRowSums(dCell.gatesBias, dGates, rows);
  addRowSums(dCell.candidateBias, dCandidate, rows);
  addTransposedProduct(dCell.gatesFromHidden, before, dGates, rows, units, 2 * units);
  addTransposedProduct(dCell.candidateFromHidden, kept, dCandidate, rows, units, units);
  addInputWeightGradient(dCell.gatesFromInput, input, dGates, rows, inputs, 2 * units);
  addInputWeightGradient(dCell.candidateFromInput, input, dCandidate, rows, inputs, units);

  if (input instanceof Uint8Array) {
    return { before: dBefore, input: null };
  }
  const dInput = new Float64Array(rows * inputs);
  addProductByTransposed(dInput, dGates, cell.gatesFromInput, rows, inputs, 2 * units);
  addProductByTransposed(dInput, dCandidate, cell.candidateFromInput, rows, inputs, units);
  return { before: dBefore, input: dInput };
}

/** Index in [rows, 2·units] of r for element `i` of [rows, units]; u stands `units` further. */
function resetIndex(i: number, units: number): number {
  return i + Math.floor(i / units) * units;
}

/** out += input · kernel; with one-hot rows that gathers the kernel's rows. */
function addInputProduct(
  out: Float64Array,
  input: CellInput,
  kernel: Float64Array,
  rows: number,
  inputs: number,
  columns: number,
): void {
  if (input instanceof Float64Array) {
    addProduct(out, input, kernel, rows, inputs, columns);
  } else {
    for (let row = 0; row < rows; row++) {
      addScaledRow(out, row, 1, kernel, input[row]!, columns);
    }
  }
}

/** dKernel += inputᵀ · dOut; with one-hot rows that scatters the rows of dOut. */
function addInputWeightGradient(
  dKernel: Float64Array,
  input: CellInput,
  dOut: Float64Array,
  rows: number,
  inputs: number,
  columns: number,
): void {
  if (input instanceof Float64Array) {
    addTransposedProduct(dKernel, input, dOut, rows, inputs, columns);
  } else {
    for (let row = 0; row < rows; row++) {
      addScaledRow(dKernel, input[row]!, 1, dOut, row, columns);
    }
  }
}
