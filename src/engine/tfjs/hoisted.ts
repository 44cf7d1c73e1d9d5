import type { CellTensors, LayerRun, RunLayer } from './layer';
import type { Operations } from './operations';
import type { Tensor } from './tensorflow';

/**
 * The layer with everything that does not depend on the step before taken out of the loop: the input's products over
 * all steps at once, and the weight gradients as one product each. More operations than block-cell.ts, but larger
 * products: the way for a processor.
 */
export const runHoistedLayer: RunLayer = (ops, cell, inputs, hidden): LayerRun => {
  const split = splitKernels(ops, cell, hidden.shape[1] as number);
  const axis = ops.tf.scalar(1, 'int32');
  const x = ops.stackRows(inputs);
  const gatesFromInput = ops.unstackRows(
    ops.addBias(ops.matMul(x, split.gatesFromInput), cell.gatesBias),
    inputs.length,
  );
  const candidateFromInput = ops.unstackRows(
    ops.addBias(ops.matMul(x, split.candidateFromInput), cell.candidateBias),
    inputs.length,
  );

  const steps: Step[] = [];
  let h = hidden;
  for (let t = 0; t < inputs.length; t++) {
    const step = stepForward(ops, split, axis, gatesFromInput[t]!, candidateFromInput[t]!, h);
    steps.push(step);
    h = step.after;
  }

  const backward: LayerRun['backward'] = (dStates, wantInputs) => {
    const dGates: Tensor[] = [];
    const dCandidates: Tensor[] = [];
    let fromLater: Tensor | null = null;
    for (let t = steps.length - 1; t >= 0; t--) {
      const dAfter: Tensor = fromLater ? ops.add(dStates[t]!, fromLater) : dStates[t]!;
      const gradient = stepBackward(ops, split, axis, steps[t]!, dAfter);
      [dGates[t], dCandidates[t], fromLater] = [gradient.gates, gradient.candidate, gradient.before];
    }
    const before = ops.stackRows(steps.map((step) => step.before));
    const kept = ops.stackRows(steps.map((step) => step.kept));
    const dAllGates = ops.stackRows(dGates);
    const dAllCandidates = ops.stackRows(dCandidates);
    const weightGradient = (fromInput: Tensor, fromHidden: Tensor, dOut: Tensor) =>
      ops.tf.concat([
        ops.matMul(fromInput, dOut, { transposeA: true }),
        ops.matMul(fromHidden, dOut, { transposeA: true }),
      ]);
    const dInputs = () =>
      ops.add(
        ops.matMul(dAllGates, split.gatesFromInput, { transposeB: true }),
        ops.matMul(dAllCandidates, split.candidateFromInput, { transposeB: true }),
      );
    return {
      cell: {
        gates: weightGradient(x, before, dAllGates),
        gatesBias: ops.biasGradient(dAllGates),
        candidate: weightGradient(x, kept, dAllCandidates),
        candidateBias: ops.biasGradient(dAllCandidates),
      },
      inputs: wantInputs ? ops.unstackRows(dInputs(), steps.length) : [],
    };
  };
  return { states: steps.map((step) => step.after), backward };
};

/** The kernels cut into the rows for the input and for the hidden state. */
interface SplitKernels {
  /** [inputs, 2·units] and [units, 2·units] */
  readonly gatesFromInput: Tensor;
  readonly gatesFromHidden: Tensor;
  /** [inputs, units] and [units, units] */
  readonly candidateFromInput: Tensor;
  readonly candidateFromHidden: Tensor;
}

function splitKernels({ tf }: Operations, cell: CellTensors, units: number): SplitKernels {
  const inputs = (cell.gates.shape[0] as number) - units;
  const [gatesFromInput, gatesFromHidden] = tf.split(cell.gates, [inputs, units]);
  const [candidateFromInput, candidateFromHidden] = tf.split(cell.candidate, [inputs, units]);
  return {
    gatesFromInput: gatesFromInput!,
    gatesFromHidden: gatesFromHidden!,
    candidateFromInput: candidateFromInput!,
    candidateFromHidden: candidateFromHidden!,
  };
}

/** Activations of a step, kept for its backward; [rows, units] each but for `gates`. */
interface Step {
  readonly before: Tensor;
  /** r and u beside each other, [rows, 2·units], and apart. */
  readonly gates: Tensor;
  readonly r: Tensor;
  readonly u: Tensor;
  /** r∘h */
  readonly kept: Tensor;
  /** c */
  readonly candidate: Tensor;
  /** h − c */
  readonly difference: Tensor;
  readonly after: Tensor;
}

/** r, u = σ(…), c = tanh(…), h' = c + u∘(h − c); the input's share of both products comes ready. */
function stepForward(
  ops: Operations,
  split: SplitKernels,
  axis: Tensor,
  gatesFromInput: Tensor,
  candidateFromInput: Tensor,
  before: Tensor,
): Step {
  const gates = ops.sigmoid(ops.add(ops.matMul(before, split.gatesFromHidden), gatesFromInput));
  const [r, u] = ops.halves(gates, axis);
  const kept = ops.multiply(r!, before);
  const candidate = ops.tanh(ops.add(ops.matMul(kept, split.candidateFromHidden), candidateFromInput));
  const difference = ops.subtract(before, candidate);
  const after = ops.add(candidate, ops.multiply(u!, difference));
  return { before, gates, r: r!, u: u!, kept, candidate, difference, after };
}

/** Gradients by the pre-activations of the gates [rows, 2·units] and of c, and by the state before [rows, units]. */
function stepBackward(ops: Operations, split: SplitKernels, axis: Tensor, step: Step, dAfter: Tensor) {
  const straight = ops.multiply(dAfter, step.u);
  const candidate = ops.tanhGradient(step.candidate, ops.subtract(dAfter, straight));
  const dKept = ops.matMul(candidate, split.candidateFromHidden, { transposeB: true });
  const dReset = ops.multiply(dKept, step.before);
  const dUpdate = ops.multiply(dAfter, step.difference);
  const gates = ops.sigmoidGradient(step.gates, ops.beside(dReset, dUpdate, axis));
  const throughGates = ops.matMul(gates, split.gatesFromHidden, { transposeB: true });
  const before = ops.add(ops.add(straight, ops.multiply(dKept, step.r)), throughGates);
  return { gates, candidate, before };
}
