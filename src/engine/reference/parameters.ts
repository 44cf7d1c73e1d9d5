import { inputSize, type ModelConfig } from '../../model/config';
import { parameterLayout } from '../../model/layout';
import type { CellName } from '../../protocol/choices';
import type { Cell } from './cells/cell';
import { type GruLayers, gruCell } from './cells/gru';
import { type CellLinear, cellLinear } from './cells/linear';
import { rnnCell } from './cells/rnn';

export interface SoftmaxParameters {
  /** [units, 98] */
  readonly kernel: Float64Array;
  /** [98] */
  readonly bias: Float64Array;
}

/** Layers of a network over its flat parameter vector, and the places of their gradients. */
export interface NetworkLayers {
  /** Lowest layer first. */
  readonly cells: readonly Cell[];
  readonly softmax: SoftmaxParameters;
  /** Null for none. */
  readonly dSoftmax: SoftmaxParameters | null;
}

/** Both vectors are [parameterCount]; backward steps add to `gradients`, null for none. */
export function networkLayers(
  model: ModelConfig,
  parameters: Float64Array,
  gradients: Float64Array | null,
): NetworkLayers {
  const tensors = tensorsOf(model, parameters);
  const dTensors = gradients && tensorsOf(model, gradients);
  const cells = Array.from({ length: model.layers }, (_, layer) => {
    const inputs = inputSize(model, layer);
    const prefix = `cell_${layer}/`;
    return CELLS[model.cell]((name) => tensors(prefix + name), dTensors && ((name) => dTensors(prefix + name)), inputs);
  });
  return { cells, softmax: softmaxOf(tensors), dSoftmax: dTensors && softmaxOf(dTensors) };
}

/** Tensor of a name, as a view into a flat vector. */
type Tensors = (name: string) => Float64Array;

const CELLS: Record<CellName, (tensors: Tensors, dTensors: Tensors | null, inputs: number) => Cell> = {
  gru: (tensors, dTensors, inputs) => gruCell(gruLayers(tensors, inputs), dTensors && gruLayers(dTensors, inputs)),
  rnn: (tensors, dTensors, inputs) => rnnCell(rnnLayer(tensors, inputs), dTensors && rnnLayer(dTensors, inputs)),
};

function gruLayers(tensors: Tensors, inputs: number): GruLayers {
  const linear = (name: string) =>
    cellLinear(tensors(`gru_cell/${name}/kernel`), tensors(`gru_cell/${name}/bias`), inputs);
  return { gates: linear('gates'), candidate: linear('candidate') };
}

function rnnLayer(tensors: Tensors, inputs: number): CellLinear {
  return cellLinear(tensors('basic_rnn_cell/kernel'), tensors('basic_rnn_cell/bias'), inputs);
}

function softmaxOf(tensors: Tensors): SoftmaxParameters {
  return { kernel: tensors('softmax/kernel'), bias: tensors('softmax/bias') };
}

function tensorsOf(model: ModelConfig, vector: Float64Array): Tensors {
  const views = new Map(
    parameterLayout(model).map(({ name, offset, length }) => [name, vector.subarray(offset, offset + length)]),
  );
  return (name) => views.get(name) as Float64Array;
}
