import { chooseEngine } from '../engine/choose';
import type { Predictor } from '../engine/engine';
import { type CheckpointMetadata, readCheckpoint } from '../model/checkpoint';
import type { WantedEngine } from '../protocol/choices';
import { UserError } from '../protocol/user-error';
import type { Run } from '../training/run';
import { say } from './output';

export interface EngineOptions {
  readonly engine: WantedEngine;
  readonly threads?: number;
}

/**
 * Works with a run's network: its newest, or the one kept nearest to `epoch`.
 *
 * @throws UserError where the run has no checkpoint yet or it cannot be read
 */
export async function withModel<T>(
  run: Run,
  epoch: number | undefined,
  { engine: wanted, threads }: EngineOptions,
  work: (predictor: Predictor, metadata: CheckpointMetadata) => Promise<T>,
): Promise<T> {
  const path = epoch === undefined ? run.newest() : run.nearestCheckpoint(epoch);
  if (path === null) {
    throw new UserError(`The training in ${run.path} has no checkpoint yet: let it train for longer.`);
  }
  const { parameters, metadata } = await readCheckpoint(path);
  const { engine, notice } = chooseEngine(wanted, threads ?? null);
  if (notice !== null) {
    say(notice);
  }
  const predictor = await engine.createPredictor(metadata.model, parameters);
  try {
    return await work(predictor, metadata);
  } finally {
    predictor.dispose();
  }
}
