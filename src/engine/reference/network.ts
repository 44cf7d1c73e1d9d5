import type { ModelConfig } from '../../model/config';
import type { CellInput, CellStep } from './cells/cell';
import { type NetworkLayers, networkLayers } from './parameters';
import { pause } from './pause';
import { crossEntropy, mostProbable, softmaxBackward, softmaxForward } from './softmax';

/** One time step of all layers, and the prediction made after it. */
export interface NetworkStep {
  /** Lowest layer first. */
  readonly cells: readonly CellStep[];
  /** [rows, 98] */
  readonly probabilities: Float64Array;
}

/** Reads one symbol in each of `rows` streams; `hidden` holds each layer's state, [rows, units]. */
export function networkForward(
  network: NetworkLayers,
  symbols: Uint8Array,
  hidden: readonly Float64Array[],
): NetworkStep {
  const rows = symbols.length;
  const cells: CellStep[] = [];
  let input: CellInput = symbols;
  for (const [layer, cell] of network.cells.entries()) {
    const step = cell.forward(input, hidden[layer]!, rows);
    cells.push(step);
    input = step.after;
  }
  return { cells, probabilities: softmaxForward(network.softmax, cells[cells.length - 1]!.after, rows) };
}

/** Every layer's state after a step. */
export function hiddenAfter(step: NetworkStep): Float64Array[] {
  return step.cells.map((cell) => cell.after);
}

/**
 * Adds the gradients of one time step to the network's. `dHidden`, each layer's gradient by its state after the step
 * [rows, units] as the later steps see it, becomes the gradient by the state before. `scale` is the weight of one
 * character in the loss.
 */
function networkBackward(
  network: NetworkLayers,
  step: NetworkStep,
  targets: Uint8Array,
  dHidden: Float64Array[],
  scale: number,
): void {
  const top = step.cells[step.cells.length - 1]!.after;
  let dFromAbove: Float64Array | null = softmaxBackward(
    network.softmax,
    network.dSoftmax,
    top,
    step.probabilities,
    targets,
    scale,
  );
  for (let layer = network.cells.length - 1; layer >= 0; layer--) {
    const dAfter = dFromAbove ? sum(dHidden[layer]!, dFromAbove) : dHidden[layer]!;
    const gradient = step.cells[layer]!.backward(dAfter);
    dHidden[layer] = gradient.before;
    dFromAbove = gradient.input;
  }
}

export interface LossAndGradients {
  /** Mean cross-entropy per character, in nats. */
  readonly loss: number;
  /** Share of targets that were the most probable symbol. */
  readonly accuracy: number;
  /** [parameterCount] */
  readonly gradients: Float64Array;
  /** State after the last step, [layers, rows, units]. */
  readonly hidden: Float64Array;
}

/**
 * Loss over a minibatch and its gradient by every parameter: forward through all steps, then back through them
 * (back-propagation through time, cut off at the minibatch's start). Changes none of its arguments.
 * `inputs` and `targets` [rows, steps], `hidden` [layers, rows, units].
 */
export async function lossAndGradients(
  model: ModelConfig,
  parameters: Float64Array,
  inputs: Uint8Array,
  targets: Uint8Array,
  rows: number,
  hidden: Float64Array,
): Promise<LossAndGradients> {
  const gradients = new Float64Array(parameters.length);
  const network = networkLayers(model, parameters, gradients);
  const inputColumns = columnsOf(inputs, rows);
  const targetColumns = columnsOf(targets, rows);

  const steps: NetworkStep[] = [];
  let state = splitLayers(hidden, model.layers);
  let nats = 0;
  let correct = 0;
  for (const [t, symbols] of inputColumns.entries()) {
    const step = networkForward(network, symbols, state);
    for (const [row, target] of targetColumns[t]!.entries()) {
      nats += crossEntropy(step.probabilities, row, target);
      correct += Number(mostProbable(step.probabilities, row) === target);
    }
    steps.push(step);
    state = hiddenAfter(step);
    await pause();
  }

  const dHidden = state.map((layer) => new Float64Array(layer.length));
  for (let t = steps.length - 1; t >= 0; t--) {
    networkBackward(network, steps[t]!, targetColumns[t]!, dHidden, 1 / inputs.length);
    await pause();
  }
  return { loss: nats / inputs.length, accuracy: correct / inputs.length, gradients, hidden: joinLayers(state) };
}

/** Columns of a [rows, steps] array: the symbols [rows] of every step. */
export function columnsOf(symbols: Uint8Array, rows: number): Uint8Array[] {
  const steps = symbols.length / rows;
  return Array.from({ length: steps }, (_, t) =>
    Uint8Array.from({ length: rows }, (_, row) => symbols[row * steps + t]!),
  );
}

/** [layers, rows, units] as a copied [rows, units] per layer. */
export function splitLayers(hidden: Float64Array | Float32Array, layers: number): Float64Array[] {
  const size = hidden.length / layers;
  return Array.from({ length: layers }, (_, layer) =>
    Float64Array.from(hidden.subarray(layer * size, (layer + 1) * size)),
  );
}

/** Inverse of `splitLayers`. */
export function joinLayers(layers: readonly Float64Array[]): Float64Array {
  const size = layers[0]!.length;
  const hidden = new Float64Array(layers.length * size);
  for (const [i, layer] of layers.entries()) {
    hidden.set(layer, i * size);
  }
  return hidden;
}

function sum(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]!);
}
