import type { ModelConfig } from '../../model/config';
import { ALPHABET_SIZE } from '../../python/alphabet';
import type { CellInput, CellStep } from './cells/cell';
import type { NetworkLayers } from './parameters';
import { pause } from './pause';
import { softmaxBackward, softmaxForward } from './softmax';

/** Gradient of ln p(`target` | `symbols`) by every one-hot input: [98] for each symbol. */
export async function inputGradients(
  model: ModelConfig,
  network: NetworkLayers,
  symbols: Uint8Array,
  target: number,
  signal?: AbortSignal,
): Promise<Float64Array[]> {
  const steps: CellStep[][] = [];
  let hidden: Float64Array[] = network.cells.map(() => new Float64Array(model.units));
  for (const symbol of symbols) {
    const step = readOneHot(network, symbol, hidden);
    steps.push(step);
    hidden = step.map(({ after }) => after);
    await pause();
    signal?.throwIfAborted();
  }

  const top = hidden.at(-1)!;
  const probabilities = softmaxForward(network.softmax, top, 1);
  const wanted = Uint8Array.of(target);
  // The loss is −ln p.
  const dTop = softmaxBackward(network.softmax, network.dSoftmax, top, probabilities, wanted, -1);
  const dHidden: Float64Array[] = hidden.map(({ length }) => new Float64Array(length));
  dHidden[dHidden.length - 1] = dTop;

  const gradients: Float64Array[] = [];
  for (const step of steps.reverse()) {
    gradients.push(stepBackward(step, dHidden));
    await pause();
    signal?.throwIfAborted();
  }
  return gradients.reverse();
}

/** Norms of `inputGradients`, [symbols.length]. */
export async function lookBack(
  model: ModelConfig,
  network: NetworkLayers,
  symbols: Uint8Array,
  target: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const gradients = await inputGradients(model, network, symbols, target, signal);
  return Float32Array.from(gradients, (gradient) => Math.hypot(...gradient));
}

/** One step of all layers, whose input is a vector so that there is a gradient by it. */
function readOneHot(network: NetworkLayers, symbol: number, hidden: readonly Float64Array[]): CellStep[] {
  const oneHot = new Float64Array(ALPHABET_SIZE);
  oneHot[symbol] = 1;
  let input: CellInput = oneHot;
  return network.cells.map((cell, layer) => {
    const step = cell.forward(input, hidden[layer]!, 1);
    input = step.after;
    return step;
  });
}

/**
 * Gradient by a step's one-hot input. `dHidden`, each layer's gradient by its state after the step, becomes the
 * gradient by the state before; those of lower layers lack what comes from above in the same step.
 */
function stepBackward(step: readonly CellStep[], dHidden: Float64Array[]): Float64Array {
  let fromAbove = new Float64Array(dHidden.at(-1)!.length);
  for (let layer = step.length - 1; layer >= 0; layer--) {
    const dAfter = dHidden[layer]!.map((value, i) => value + fromAbove[i]!);
    const gradient = step[layer]!.backward(dAfter);
    dHidden[layer] = gradient.before;
    fromAbove = gradient.input as Float64Array<ArrayBuffer>;
  }
  return fromAbove;
}
