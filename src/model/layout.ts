import { ALPHABET_SIZE } from '../python/alphabet';
import { inputSize, type ModelConfig } from './config';

/** One parameter tensor, row-major, at `offset` (in elements) of the flat parameter vector. */
export interface TensorSlot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/**
 * Every parameter tensor in the order of the flat vector that engines take and give.
 * Names and layouts are TensorFlow's (`MultiRNNCell` of `GRUCell`, then a dense layer):
 * gates kernel [input + units, 2·units] in the order r, u; candidate kernel [input + units, units];
 * softmax kernel [units, 98]. Rows 0…input−1 multiply the input, the rest multiply the hidden state.
 */
export function parameterLayout(model: ModelConfig): TensorSlot[] {
  const slots: TensorSlot[] = [];
  let offset = 0;
  const add = (name: string, shape: number[]) => {
    const length = shape.reduce((a, b) => a * b, 1);
    slots.push({ name, shape, offset, length });
    offset += length;
  };
  for (let layer = 0; layer < model.layers; layer++) {
    const rows = inputSize(model, layer) + model.units;
    add(`cell_${layer}/gru_cell/gates/kernel`, [rows, 2 * model.units]);
    add(`cell_${layer}/gru_cell/gates/bias`, [2 * model.units]);
    add(`cell_${layer}/gru_cell/candidate/kernel`, [rows, model.units]);
    add(`cell_${layer}/gru_cell/candidate/bias`, [model.units]);
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
