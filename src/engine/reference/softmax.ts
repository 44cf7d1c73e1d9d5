import { ALPHABET_SIZE } from '../../python/alphabet';
import { addProduct, addProductByTransposed, addRowSums, addTransposedProduct, setRows } from './matrix';
import type { SoftmaxParameters } from './parameters';

/** The linear layer to the alphabet and the softmax after it: hidden [rows, units] → probabilities [rows, 98]. */
export function softmaxForward(softmax: SoftmaxParameters, hidden: Float64Array, rows: number): Float64Array {
  const units = softmax.kernel.length / ALPHABET_SIZE;
  const values = new Float64Array(rows * ALPHABET_SIZE);
  setRows(values, softmax.bias, rows);
  addProduct(values, hidden, softmax.kernel, rows, units, ALPHABET_SIZE);
  for (let row = 0; row < rows; row++) {
    normalise(values.subarray(row * ALPHABET_SIZE, (row + 1) * ALPHABET_SIZE));
  }
  return values;
}

/** Logits to probabilities, in place. The largest logit is taken off first, so that no exponential overflows. */
function normalise(row: Float64Array): void {
  const largest = row.reduce((a, b) => Math.max(a, b));
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    row[i] = Math.exp(row[i]! - largest);
    sum += row[i]!;
  }
  for (let i = 0; i < row.length; i++) {
    row[i]! /= sum;
  }
}

/**
 * Backward of softmax and cross-entropy together, for a loss of `scale` × Σ cross-entropy over the rows. Gives the
 * gradient by hidden [rows, units]; gradients by the parameters are added to `dSoftmax`, null for none.
 */
export function softmaxBackward(
  softmax: SoftmaxParameters,
  dSoftmax: SoftmaxParameters | null,
  hidden: Float64Array,
  probabilities: Float64Array,
  targets: Uint8Array,
  scale: number,
): Float64Array {
  const rows = targets.length;
  const units = softmax.kernel.length / ALPHABET_SIZE;
  // Cross-entropy's gradient by the logits is the probabilities minus the one-hot target.
  const dLogits = probabilities.map((p) => p * scale);
  for (let row = 0; row < rows; row++) {
    dLogits[row * ALPHABET_SIZE + targets[row]!]! -= scale;
  }

  const dHidden = new Float64Array(rows * units);
  addProductByTransposed(dHidden, dLogits, softmax.kernel, rows, units, ALPHABET_SIZE);
  if (dSoftmax) {
    addTransposedProduct(dSoftmax.kernel, hidden, dLogits, rows, units, ALPHABET_SIZE);
    addRowSums(dSoftmax.bias, dLogits, rows);
  }
  return dHidden;
}

/** −ln p(target) of one row of probabilities; finite (at most 745) even where p rounded to zero. */
export function crossEntropy(probabilities: Float64Array, row: number, target: number): number {
  return -Math.log(Math.max(probabilities[row * ALPHABET_SIZE + target]!, Number.MIN_VALUE));
}

/** Most probable symbol of one row; the first of equals. */
export function mostProbable(probabilities: Float64Array, row: number): number {
  let best = 0;
  const start = row * ALPHABET_SIZE;
  for (let symbol = 1; symbol < ALPHABET_SIZE; symbol++) {
    if (probabilities[start + symbol]! > probabilities[start + best]!) {
      best = symbol;
    }
  }
  return best;
}
