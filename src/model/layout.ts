import type { CellName } from '../protocol/choices';
import { ALPHABET_SIZE } from '../python/alphabet';
import { inputSize, type ModelConfig } from './config';

/** One parameter tensor, row-major, at `offset` (in elements) of the flat parameter vector. */
export interface TensorSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/** Name and shape of one tensor. */
type Tensor = readonly [name: string, shape: readonly number[]];

/**
 * Tensors of one cell with `rows` = input + units rows in its kernels: TensorFlow's `GRUCell` (gates kernel in the
 * order r, u) and `BasicRNNCell`.
 */
const CELL_TENSORS: Record<CellName, (rows: number, units: number) => readonly Tensor[]> = {
  gru: (rows, units) => [
    ['gru_cell/gates/kernel', [rows, 2 * units]],
    ['gru_cell/gates/bias', [2 * units]],
    ['gru_cell/candidate/kernel', [rows, units]],
    ['gru_cell/candidate/bias', [units]],
  ],
  rnn: (rows, units) => [
    ['basic_rnn_cell/kernel', [rows, units]],
    ['basic_rnn_cell/bias', [units]],
  ],
};

/**
 * Every parameter tensor in the order of the flat vector that engines take and give.
 * Names and layouts are TensorFlow's (`MultiRNNCell`, then a dense layer with the softmax kernel [units, 98]).
 * Rows 0…input−1 of a cell's kernel multiply the input, the rest multiply the hidden state.
 */
export function parameterLayout(model: ModelConfig): TensorSlot[] {
  const slots: TensorSlot[] = [];
  let offset = 0;
  const add = (name: string, shape: readonly number[]) => {
    const length = shape.reduce((a, b) => a * b, 1);
    slots.push({ name, shape, offset, length });
    offset += length;
  };
  for (let layer = 0; layer < model.layers; layer++) {
    const rows = inputSize(model, layer) + model.units;
    for (const [name, shape] of CELL_TENSORS[model.cell](rows, model.units)) {
      add(`cell_${layer}/${name}`, shape);
    }
  }
  add('softmax/kernel', [model.units, ALPHABET_SIZE]);
  add('softmax/bias', [ALPHABET_SIZE]);
  return slots;
}

/** Length of the flat parameter vector; 4,137,570 for the talk's model. */
export function parameterCount(model: ModelConfig): number {
  const slots = parameterLayout(model);
  const last = slots[slots.length - 1]!;
  return last.offset + last.length;
}
