import type { EngineAddon } from '../../engine/native/engine-addon';
import type { Trainer, TrainerSetup } from '../engine';

export async function createNativeTrainer(
  addon: EngineAddon,
  engine: { threads: number; mode: string },
  { model, batch, seqlen, state }: TrainerSetup,
): Promise<Trainer> {
  const native = await addon.createTrainer({ ...engine, ...model, batch, seqlen }, state);
  return {
    step: async (inputs, targets, { learningRate, clipNorm, weightDecay }) =>
      native.step(inputs, targets, learningRate, clipNorm ?? 0, weightDecay),
    state: () => native.state(),
    parameters: () => native.parameters(),
    average: (average, weight) => native.average(average, weight),
    dispose: () => native.dispose(),
  };
}
