/**
 * The three matrix products of a linear layer, all adding to what is there. Row-major; inner loops run along rows,
 * four at a time, which is twice as fast as one.
 */

/** out [rows, columns] += a [rows, inner] · b [inner, columns]: forward. */
export function addProduct(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  const fours = inner - (inner % 4);
  for (let row = 0; row < rows; row++) {
    const at = row * inner;
    for (let k = 0; k < fours; k += 4) {
      addFourScaledRows(out, row, a[at + k]!, a[at + k + 1]!, a[at + k + 2]!, a[at + k + 3]!, b, k, columns);
    }
    for (let k = fours; k < inner; k++) {
      addScaledRow(out, row, a[at + k]!, b, k, columns);
    }
  }
}

/** a [rows, inner] += out [rows, columns] · bᵀ: gradient by the input. */
export function addProductByTransposed(
  a: Float64Array,
  out: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < inner; k++) {
      a[row * inner + k]! += rowProduct(out, row, b, k, columns);
    }
  }
}

/** b [inner, columns] += aᵀ · out [rows, columns]: gradient by the weights. */
export function addTransposedProduct(
  b: Float64Array,
  a: Float64Array,
  out: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  const fours = rows - (rows % 4);
  for (let k = 0; k < inner; k++) {
    for (let row = 0; row < fours; row += 4) {
      const at = row * inner + k;
      addFourScaledRows(b, k, a[at]!, a[at + inner]!, a[at + 2 * inner]!, a[at + 3 * inner]!, out, row, columns);
    }
    for (let row = fours; row < rows; row++) {
      addScaledRow(b, k, a[row * inner + k]!, out, row, columns);
    }
  }
}

/** Row `row` of out += scale × row `sourceRow` of source; both have `columns` columns. */
export function addScaledRow(
  out: Float64Array,
  row: number,
  scale: number,
  source: Float64Array,
  sourceRow: number,
  columns: number,
): void {
  const to = row * columns;
  const from = sourceRow * columns;
  for (let j = 0; j < columns; j++) {
    out[to + j]! += scale * source[from + j]!;
  }
}

/** Row `row` of out += the rows `sourceRow` … `sourceRow + 3` of source, each times its scale. */
function addFourScaledRows(
  out: Float64Array,
  row: number,
  scale0: number,
  scale1: number,
  scale2: number,
  scale3: number,
  source: Float64Array,
  sourceRow: number,
  columns: number,
): void {
  const to = row * columns;
  const from0 = sourceRow * columns;
  const from1 = from0 + columns;
  const from2 = from1 + columns;
  const from3 = from2 + columns;
  for (let j = 0; j < columns; j++) {
    out[to + j]! +=
      scale0 * source[from0 + j]! +
      scale1 * source[from1 + j]! +
      scale2 * source[from2 + j]! +
      scale3 * source[from3 + j]!;
  }
}

/** Inner product of row `rowA` of a and row `rowB` of b; four sums, so that no addition waits for the one before. */
function rowProduct(a: Float64Array, rowA: number, b: Float64Array, rowB: number, columns: number): number {
  const atA = rowA * columns;
  const atB = rowB * columns;
  const fours = columns - (columns % 4);
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let j = 0; j < fours; j += 4) {
    sum0 += a[atA + j]! * b[atB + j]!;
    sum1 += a[atA + j + 1]! * b[atB + j + 1]!;
    sum2 += a[atA + j + 2]! * b[atB + j + 2]!;
    sum3 += a[atA + j + 3]! * b[atB + j + 3]!;
  }
  for (let j = fours; j < columns; j++) {
    sum0 += a[atA + j]! * b[atB + j]!;
  }
  return sum0 + sum1 + sum2 + sum3;
}

/** out [rows, columns] = bias [columns] in every row. */
export function setRows(out: Float64Array, bias: Float64Array, rows: number): void {
  for (let row = 0; row < rows; row++) {
    out.set(bias, row * bias.length);
  }
}

/** bias [columns] += the rows of out [rows, columns], summed. */
export function addRowSums(bias: Float64Array, out: Float64Array, rows: number): void {
  for (let row = 0; row < rows; row++) {
    addScaledRow(bias, 0, 1, out, row, bias.length);
  }
}
