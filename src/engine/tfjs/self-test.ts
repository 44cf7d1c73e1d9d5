import * as v from 'valibot';
import { initialTrainingState } from '../../model/initialise';
import type { Engine, TrainerSetup } from '../engine';
import { createReferenceEngine } from '../reference/reference-engine';
import { loadTensorFlow } from './load';
import { createTfjsEngine } from './tfjs-engine';

export const SelfTest = v.object({
  /** TensorFlow's own version. */
  version: v.string(),
  /** Whether it computes on a CUDA device. */
  gpu: v.boolean(),
  /**
   * Largest difference of a gradient from the reference's after one training step, as a share of the largest gradient.
   */
  difference: v.number(),
});
export type SelfTest = v.InferOutput<typeof SelfTest>;

const SETUP: Omit<TrainerSetup, 'state'> = { model: { cell: 'gru', layers: 2, units: 16 }, batch: 4, seqlen: 8 };

/**
 * One training step here and on the reference engine. A broken TensorFlow can end the process: run it in one of its
 * own.
 */
export async function selfTest(): Promise<SelfTest> {
  const gradients = await gradientsOfOneStep(createTfjsEngine());
  const expected = await gradientsOfOneStep(createReferenceEngine());
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = gradients.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  const { isUsingGpuDevice, binding } = loadTensorFlow().backend();
  return { version: binding.TF_Version, gpu: isUsingGpuDevice, difference: worst / largest };
}

/** In proportion: Adam's first moment after a step from zero. */
async function gradientsOfOneStep(engine: Engine): Promise<Float32Array> {
  const { model, batch, seqlen } = SETUP;
  const trainer = await engine.createTrainer({ ...SETUP, state: initialTrainingState(model, batch, 1) });
  const symbols = (shift: number) => Uint8Array.from({ length: batch * seqlen }, (_, i) => (i * 7 + shift) % 98);
  await trainer.step(symbols(0), symbols(1), { learningRate: 0.01, clipNorm: 1, weightDecay: 0 });
  const { firstMoment } = trainer.state();
  trainer.dispose();
  return firstMoment;
}
