import type { Cell, CellGradient, CellInput } from './cell';
import { addHiddenGradient, addWeightGradients, type CellLinear, inputGradient, linearForward } from './linear';

/**
 * The talk's cell: TensorFlow's `GRUCell`, with the reset gate before the product.
 *
 *   r, u = σ([x, h]·W_g + b_g)      c = tanh([x, r∘h]·W_c + b_c)      h' = u∘h + (1 − u)∘c
 */

/** A GRU's parameters, or their gradients. */
export interface GruLayers {
  /** 2·units columns: r, then u. */
  readonly gates: CellLinear;
  readonly candidate: CellLinear;
}

/** Activations of a forward step, kept for the backward step. */
interface GruStep {
  readonly input: CellInput;
  /** State before the step, h [rows, units]. */
  readonly before: Float64Array;
  /** r and u beside each other, [rows, 2·units]. */
  readonly gates: Float64Array;
  /** r∘h [rows, units] */
  readonly kept: Float64Array;
  /** c [rows, units] */
  readonly candidate: Float64Array;
  /** State after the step, h' [rows, units]. */
  readonly after: Float64Array;
}

/** `gradients`, to which backward steps add, has the shapes of `parameters`; null for none. */
export function gruCell(parameters: GruLayers, gradients: GruLayers | null): Cell {
  return {
    forward: (input, before, rows) => {
      const step = gruForward(parameters, input, before, rows);
      return { after: step.after, backward: (dAfter) => gruBackward(parameters, gradients, step, dAfter, rows) };
    },
  };
}

function gruForward(cell: GruLayers, input: CellInput, before: Float64Array, rows: number): GruStep {
  const { units } = cell.candidate;
  const gates = linearForward(cell.gates, input, before, rows).map((x) => 1 / (1 + Math.exp(-x)));
  const kept = before.map((h, i) => gates[resetIndex(i, units)]! * h);
  const candidate = linearForward(cell.candidate, input, kept, rows).map(Math.tanh);
  const after = before.map((h, i) => {
    const update = gates[resetIndex(i, units) + units]!;
    return update * h + (1 - update) * candidate[i]!;
  });
  return { input, before, gates, kept, candidate, after };
}

function gruBackward(
  cell: GruLayers,
  dCell: GruLayers | null,
  { input, before, gates, kept, candidate }: GruStep,
  dAfter: Float64Array,
  rows: number,
): CellGradient {
  const { units } = cell.candidate;

  // Through h' = u∘h + (1 − u)∘c, and on through u's sigmoid and c's tanh to their pre-activations.
  const dBefore = new Float64Array(before.length);
  const dGates = new Float64Array(gates.length);
  const dCandidate = new Float64Array(candidate.length);
  for (let i = 0; i < dAfter.length; i++) {
    const u = resetIndex(i, units) + units;
    dBefore[i] = dAfter[i]! * gates[u]!;
    dGates[u] = dAfter[i]! * (before[i]! - candidate[i]!) * gates[u]! * (1 - gates[u]!);
    dCandidate[i] = dAfter[i]! * (1 - gates[u]!) * (1 - candidate[i]! * candidate[i]!);
  }

  // Through c's product to r∘h, and on through r's sigmoid to its pre-activation.
  const dKept = new Float64Array(kept.length);
  addHiddenGradient(cell.candidate, dCandidate, dKept, rows);
  for (let i = 0; i < dKept.length; i++) {
    const r = resetIndex(i, units);
    dBefore[i]! += dKept[i]! * gates[r]!;
    dGates[r] = dKept[i]! * before[i]! * gates[r]! * (1 - gates[r]!);
  }

  // Through the gates' product to h.
  addHiddenGradient(cell.gates, dGates, dBefore, rows);

  if (dCell) {
    addWeightGradients(dCell.gates, input, before, dGates, rows);
    addWeightGradients(dCell.candidate, input, kept, dCandidate, rows);
  }
  const layers = [[cell.gates, dGates] as const, [cell.candidate, dCandidate] as const];
  return { before: dBefore, input: inputGradient(input, layers, rows) };
}

/** Index in [rows, 2·units] of r for element `i` of [rows, units]; u stands `units` further. */
function resetIndex(i: number, units: number): number {
  return i + Math.floor(i / units) * units;
}
