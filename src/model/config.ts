import type { CellName } from '../protocol/choices';
import { ALPHABET_SIZE } from '../python/alphabet';

/**
 * Shape of the network: `layers` cells of `units` each between a one-hot input and a linear layer to the alphabet.
 */
export interface ModelConfig {
  readonly cell: CellName;
  readonly layers: number;
  readonly units: number;
}

/** The talk's network: 4,137,570 parameters. */
export const TALK_MODEL: ModelConfig = { cell: 'gru', layers: 3, units: 512 };

/** Width of the input of cell `layer`: the alphabet (one-hot) for the first, `units` for the others. */
export function inputSize(model: ModelConfig, layer: number): number {
  return layer === 0 ? ALPHABET_SIZE : model.units;
}
