import { inputSize, type ModelConfig } from '../../model/config';
import { parameterLayout } from '../../model/layout';

/**
 * One cell's tensors as views into a flat vector, kernels split into the rows for the input and for the hidden state.
 */
export interface CellParameters {
  /** Width of the cell's input. */
  readonly inputs: number;
  readonly units: number;
  /** [inputs, 2·units] and [units, 2·units]: columns r, then u. */
  readonly gatesFromInput: Float64Array;
  readonly gatesFromHidden: Float64Array;
  /** [2·units] */
  readonly gatesBias: Float64Array;
  /** [inputs, units] and [units, units] */
  readonly candidateFromInput: Float64Array;
  readonly candidateFromHidden: Float64Array;
  /** [units] */
  readonly candidateBias: Float64Array;
}

export interface SoftmaxParameters {
  /** [units, 98] */
  readonly kernel: Float64Array;
  /** [98] */
  readonly bias: Float64Array;
}

export interface NetworkParameters {
  readonly cells: readonly CellParameters[];
  readonly softmax: SoftmaxParameters;
}

/** Views into `vector` [parameterCount]: of parameters, or of their gradients. */
export function networkParameters(model: ModelConfig, vector: Float64Array): NetworkParameters {
  const views = new Map(
    parameterLayout(model).map(({ name, offset, length }) => [name, vector.subarray(offset, offset + length)]),
  );
  const view = (name: string) => views.get(name) as Float64Array;
  const cells = Array.from({ length: model.layers }, (_, layer) => {
    const inputs = inputSize(model, layer);
    const gates = view(`cell_${layer}/gru_cell/gates/kernel`);
    const candidate = view(`cell_${layer}/gru_cell/candidate/kernel`);
    return {
      inputs,
      units: model.units,
      gatesFromInput: gates.subarray(0, inputs * 2 * model.units),
      gatesFromHidden: gates.subarray(inputs * 2 * model.units),
      gatesBias: view(`cell_${layer}/gru_cell/gates/bias`),
      candidateFromInput: candidate.subarray(0, inputs * model.units),
      candidateFromHidden: candidate.subarray(inputs * model.units),
      candidateBias: view(`cell_${layer}/gru_cell/candidate/bias`),
    };
  });
  return { cells, softmax: { kernel: view('softmax/kernel'), bias: view('softmax/bias') } };
}
