import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Predictor } from '../../../src/engine/engine';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { readCheckpoint } from '../../../src/model/checkpoint';
import { CheckpointSource } from '../../../src/server/services/checkpoint-source';
import { EpochNetworks } from '../../../src/server/services/epoch-networks';
import { Runs } from '../../../src/server/services/runs';
import { DEFAULTS } from '../../../src/server/services/settings';
import { train } from '../../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from '../../training/project';

/** A small run, the networks of its epochs, and a way to take the trust in the workspace away. */
export async function trainedRun(t: TestContext, onLoad: () => void = () => {}) {
  const storage = temporaryFolder(t);
  const folder = pythonProject(t);
  const request = smallRequest(folder, join(storage, 'run'), { epochs: 0.2, seed: 7 });
  await train(request, () => {}, new AbortController().signal);
  const runs = new Runs(storage);
  let isTrusted = true;
  const losses: string[] = [];
  /** As another session has it. */
  const sourceOfCheckpoints = () =>
    new CheckpointSource({
      runs,
      path: join(storage, 'suggest-from.json'),
      isTrusted: () => isTrusted,
      onLoss: (message) => losses.push(message),
    });
  const checkpoints = sourceOfCheckpoints();
  const settings = async () => {
    onLoad();
    return { ...DEFAULTS, engine: 'reference' as const };
  };
  const networks = new EpochNetworks({ checkpoints, settings });
  t.after(() => networks.forget());
  const distrust = () => {
    isTrusted = false;
  };
  return { folder, runs, request, checkpoints, sourceOfCheckpoints, losses, networks, distrust };
}

/** Network of a checkpoint file. */
export async function predictorOf(path: string): Promise<Predictor> {
  const { metadata, parameters } = await readCheckpoint(path);
  return createReferenceEngine().createPredictor(metadata.model, parameters);
}
