/**
 * The three matrix products of a linear layer, all adding to what is there. Row-major; inner loops run along rows.
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
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < inner; k++) addScaledRow(out, row, a[row * inner + k], b, k, columns);
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
      let dot = 0;
      for (let j = 0; j < columns; j++) dot += out[row * columns + j] * b[k * columns + j];
      a[row * inner + k] += dot;
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
  for (let k = 0; k < inner; k++) {
    for (let row = 0; row < rows; row++) addScaledRow(b, k, a[row * inner + k], out, row, columns);
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
  for (let j = 0; j < columns; j++) out[to + j] += scale * source[from + j];
}

/** out [rows, columns] = bias [columns] in every row. */
export function setRows(out: Float64Array, bias: Float64Array, rows: number): void {
  for (let row = 0; row < rows; row++) out.set(bias, row * bias.length);
}

/** bias [columns] += the rows of out [rows, columns], summed. */
export function addRowSums(bias: Float64Array, out: Float64Array, rows: number): void {
  for (let row = 0; row < rows; row++) addScaledRow(bias, 0, 1, out, row, bias.length);
}
