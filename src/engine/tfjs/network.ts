import { ALPHABET_SIZE } from '../../python/alphabet';
import type { CellTensors, LayerRun, RunLayer } from './layer';
import type { Operations } from './operations';
import type { Tensor } from './tensorflow';

/** All parameters, or all their gradients. */
export interface NetworkTensors {
  /** Lowest layer first. */
  readonly cells: readonly CellTensors[];
  readonly softmax: SoftmaxTensors;
}

export interface SoftmaxTensors {
  /** [units, 98] and [98] */
  readonly kernel: Tensor;
  readonly bias: Tensor;
}

/** The network run over all steps. */
export interface NetworkRun {
  readonly layers: readonly LayerRun[];
  /** The top layer's states over all steps, [steps·rows, units]. */
  readonly top: Tensor;
  /** [steps·rows, 98] */
  readonly logits: Tensor;
  /** Each layer's state after the last step, [rows, units]. */
  readonly hidden: readonly Tensor[];
}

/** Runs over `symbols` [steps, rows] (int32) from each layer's `hidden` [rows, units]. */
export function runNetwork(
  ops: Operations,
  runLayer: RunLayer,
  network: NetworkTensors,
  symbols: Int32Array,
  hidden: readonly Tensor[],
): NetworkRun {
  const steps = symbols.length / (hidden[0]!.shape[0] as number);
  const oneHot = ops.tf.cast(ops.tf.oneHot(ops.tf.tensor1d(symbols, 'int32'), ALPHABET_SIZE), 'float32');
  let inputs: readonly Tensor[] = ops.unstackRows(oneHot, steps);
  const layers: LayerRun[] = [];
  for (const [layer, cell] of network.cells.entries()) {
    const run = runLayer(ops, cell, inputs, hidden[layer]!);
    layers.push(run);
    inputs = run.states;
  }
  const top = ops.stackRows(inputs);
  const logits = ops.addBias(ops.matMul(top, network.softmax.kernel), network.softmax.bias);
  return { layers, top, logits, hidden: layers.map(({ states }) => states[states.length - 1]!) };
}

/** Gradients by all parameters, from the gradient by the logits [steps·rows, 98]. */
export function networkGradients(
  ops: Operations,
  network: NetworkTensors,
  run: NetworkRun,
  dLogits: Tensor,
): NetworkTensors {
  const dTop = ops.matMul(dLogits, network.softmax.kernel, { transposeB: true });
  let dStates: readonly Tensor[] = ops.unstackRows(dTop, run.layers[0]!.states.length);
  const cells: CellTensors[] = [];
  for (let layer = run.layers.length - 1; layer >= 0; layer--) {
    const gradients = run.layers[layer]!.backward(dStates, layer > 0);
    cells[layer] = gradients.cell;
    dStates = gradients.inputs;
  }
  return {
    cells,
    softmax: {
      kernel: ops.matMul(run.top, dLogits, { transposeA: true }),
      bias: ops.biasGradient(dLogits),
    },
  };
}

/** Network's tensors from a list in the order of the layout; inverse of `inLayoutOrder`. */
export function networkTensors(tensors: readonly Tensor[]): NetworkTensors {
  const cells: CellTensors[] = [];
  for (let i = 0; i + 4 < tensors.length; i += 4) {
    const [gates, gatesBias, candidate, candidateBias] = tensors.slice(i, i + 4);
    cells.push({ gates: gates!, gatesBias: gatesBias!, candidate: candidate!, candidateBias: candidateBias! });
  }
  const [kernel, bias] = tensors.slice(-2);
  return { cells, softmax: { kernel: kernel!, bias: bias! } };
}

export function inLayoutOrder({ cells, softmax }: NetworkTensors): Tensor[] {
  const ofCells = cells.flatMap((cell) => [cell.gates, cell.gatesBias, cell.candidate, cell.candidateBias]);
  return [...ofCells, softmax.kernel, softmax.bias];
}

/** `count` columns of `symbols` [rows, steps] from column `from` on, as [count, rows]. */
export function timeMajor(symbols: Uint8Array, rows: number, from: number, count: number): Int32Array {
  const steps = symbols.length / rows;
  return Int32Array.from(
    { length: count * rows },
    (_, i) => symbols[(i % rows) * steps + from + Math.floor(i / rows)]!,
  );
}

/** [layers, rows, units] → each layer's tensor [rows, units]. */
export function hiddenTensors({ tf }: Operations, hidden: Float32Array, layers: number, rows: number): Tensor[] {
  const size = hidden.length / layers;
  return Array.from({ length: layers }, (_, layer) =>
    tf.tensor2d(hidden.slice(layer * size, (layer + 1) * size), [rows, size / rows]),
  );
}
