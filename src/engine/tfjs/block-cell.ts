import type { LayerRun, RunLayer } from './layer';
import type { Tensor } from './tensorflow';

/**
 * The layer by TensorFlow's fused `GRUBlockCell`: one operation a step forward and two backward. The fewest operations,
 * and so the way for a GPU, where starting an operation costs more than computing it.
 */
export const runBlockCellLayer: RunLayer = (ops, cell, inputs, hidden): LayerRun => {
  const before: Tensor[] = [];
  /** r, u and c of every step. */
  const gates: Tensor[][] = [];
  const states: Tensor[] = [];
  let h = hidden;
  for (const x of inputs) {
    const [r, u, c, after] = ops.gruBlockCell(x, h, cell);
    before.push(h);
    gates.push([r!, u!, c!]);
    states.push(after!);
    h = after!;
  }

  const backward: LayerRun['backward'] = (dStates, wantInputs) => {
    const dInputs: Tensor[] = [];
    const dGates: Tensor[] = [];
    const dCandidates: Tensor[] = [];
    let fromLater: Tensor | null = null;
    for (let t = inputs.length - 1; t >= 0; t--) {
      const dAfter: Tensor = fromLater ? ops.add(dStates[t]!, fromLater) : dStates[t]!;
      const gradients = ops.gruBlockCellGradient(inputs[t]!, before[t]!, cell, gates[t]!, dAfter);
      [dInputs[t], fromLater, dCandidates[t], dGates[t]] = gradients as [Tensor, Tensor, Tensor, Tensor];
    }
    const x = ops.stackRows(inputs);
    const h = ops.stackRows(before);
    const kept = ops.multiply(ops.stackRows(gates.map(([r]) => r!)), h);
    const dAllGates = ops.stackRows(dGates);
    const dAllCandidates = ops.stackRows(dCandidates);
    const axis = ops.tf.scalar(1, 'int32');
    return {
      cell: {
        gates: ops.matMul(ops.beside(x, h, axis), dAllGates, { transposeA: true }),
        gatesBias: ops.biasGradient(dAllGates),
        candidate: ops.matMul(ops.beside(x, kept, axis), dAllCandidates, { transposeA: true }),
        candidateBias: ops.biasGradient(dAllCandidates),
      },
      inputs: wantInputs ? dInputs : [],
    };
  };
  return { states, backward };
};
