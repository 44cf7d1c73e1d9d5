import { chooseCompletingEngine } from '../../engine/choose';
import type { Predictor } from '../../engine/engine';
import { type CheckpointMetadata, readCheckpoint } from '../../model/checkpoint';
import type { Settings } from '../../protocol/settings';

/** Network of a checkpoint file, in the engine that the settings name. */
export interface LoadedNetwork {
  readonly metadata: CheckpointMetadata;
  readonly predictor: Predictor;
  /** Sentence on why it is another engine than the one that was asked for; null where it is that one. */
  readonly notice: string | null;
}

/** Loads the network of a checkpoint. @throws UserError where it cannot be read or run */
export async function loadNetwork(path: string, { engine: wanted, threads }: Settings): Promise<LoadedNetwork> {
  const { metadata, parameters } = await readCheckpoint(path);
  const { engine, notice } = chooseCompletingEngine(wanted, threads === 0 ? null : threads);
  return { metadata, predictor: await engine.createPredictor(metadata.model, parameters), notice };
}
