import { addProduct, addProductByTransposed, addRowSums, addScaledRow, addTransposedProduct, setRows } from '../matrix';
import type { CellInput } from './cell';

/** Linear layer of a cell, [x, h]·W + b, its kernel split into the rows for x and those for h. */
export interface CellLinear {
  /** Width of x. */
  readonly inputs: number;
  /** Width of h. */
  readonly units: number;
  readonly columns: number;
  /** [inputs, columns] and [units, columns] */
  readonly fromInput: Float64Array;
  readonly fromHidden: Float64Array;
  /** [columns] */
  readonly bias: Float64Array;
}

/** Views into a kernel [inputs + units, columns] and its bias. */
export function cellLinear(kernel: Float64Array, bias: Float64Array, inputs: number): CellLinear {
  const columns = bias.length;
  const split = inputs * columns;
  return {
    inputs,
    units: kernel.length / columns - inputs,
    columns,
    fromInput: kernel.subarray(0, split),
    fromHidden: kernel.subarray(split),
    bias,
  };
}

/** [x, h]·W + b for `rows` streams, [rows, columns]. With one-hot rows the product with x gathers the kernel's rows. */
export function linearForward(linear: CellLinear, x: CellInput, h: Float64Array, rows: number): Float64Array {
  const { inputs, units, columns } = linear;
  const out = new Float64Array(rows * columns);
  setRows(out, linear.bias, rows);
  if (x instanceof Float64Array) {
    addProduct(out, x, linear.fromInput, rows, inputs, columns);
  } else {
    for (let row = 0; row < rows; row++) {
      addScaledRow(out, row, 1, linear.fromInput, x[row]!, columns);
    }
  }
  addProduct(out, h, linear.fromHidden, rows, units, columns);
  return out;
}

/** dH [rows, units] += dOut · W_hᵀ */
export function addHiddenGradient(linear: CellLinear, dOut: Float64Array, dH: Float64Array, rows: number): void {
  addProductByTransposed(dH, dOut, linear.fromHidden, rows, linear.units, linear.columns);
}

/** Gradient by x through all of a cell's linear layers, given each with its dOut; null where x is symbols. */
export function inputGradient(
  x: CellInput,
  layers: readonly (readonly [linear: CellLinear, dOut: Float64Array])[],
  rows: number,
): Float64Array | null {
  if (x instanceof Uint8Array) {
    return null;
  }
  const dInput = new Float64Array(x.length);
  for (const [{ fromInput, inputs, columns }, dOut] of layers) {
    addProductByTransposed(dInput, dOut, fromInput, rows, inputs, columns);
  }
  return dInput;
}

/** Adds the gradients by W and b; with one-hot rows, W's rows for x take the rows of dOut by symbol. */
export function addWeightGradients(
  dLinear: CellLinear,
  x: CellInput,
  h: Float64Array,
  dOut: Float64Array,
  rows: number,
): void {
  const { inputs, units, columns } = dLinear;
  addRowSums(dLinear.bias, dOut, rows);
  addTransposedProduct(dLinear.fromHidden, h, dOut, rows, units, columns);
  if (x instanceof Float64Array) {
    addTransposedProduct(dLinear.fromInput, x, dOut, rows, inputs, columns);
    return;
  }
  for (let row = 0; row < rows; row++) {
    addScaledRow(dLinear.fromInput, x[row]!, 1, dOut, row, columns);
  }
}
