import { availableParallelism } from 'node:os';
import { engineAddon, type NativeMode } from '../../engine/native/engine-addon';
import type { ModelConfig } from '../../model/config';
import { UserError } from '../../protocol/user-error';
import type { Engine } from '../engine';
import { createNativePredictor } from './native-predictor';
import { createNativeTrainer } from './native-trainer';

export interface NativeEngineOptions {
  /** null: as many as there are processors. */
  readonly threads: number | null;
  /** Name of one of `nativeModes`; by default the fastest. */
  readonly mode?: string;
  /** Predict with weights stored in 8 bits (the default), or with those of training, slower and exact. */
  readonly storedWeights?: boolean;
}

/** Numeric modes of this processor, fastest first. Throws a UserError where the addon cannot be loaded. */
export function nativeModes(): readonly NativeMode[] {
  return engineAddon().engineModes();
}

/** The C++ engine. Throws a UserError where the addon cannot be loaded or has no such mode here. */
export function createNativeEngine(options: NativeEngineOptions): Engine {
  const addon = engineAddon();
  const threads = options.threads ?? availableParallelism();
  const mode = chooseMode(options.mode);
  const setup = { threads, mode: mode.name };
  return {
    name: 'native',
    device: `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    mode: `${mode.numeric}, ${mode.instructions}`,
    createTrainer: async (trainer) => {
      refuseOtherCells(trainer.model);
      return await createNativeTrainer(addon, setup, trainer);
    },
    createPredictor: async (model, parameters) => {
      refuseOtherCells(model);
      return await createNativePredictor(addon, { ...setup, stored: options.storedWeights ?? true }, model, parameters);
    },
  };
}

/** @throws UserError for a network of other cells than GRUs */
function refuseOtherCells({ cell }: ModelConfig): void {
  if (cell !== 'gru') {
    throw new UserError('The native engine computes GRUs, and no RNN yet: choose the engine reference.');
  }
}

function chooseMode(name: string | undefined): NativeMode {
  const modes = nativeModes();
  const mode = name === undefined ? modes[0] : modes.find((other) => other.name === name);
  if (!mode) {
    throw new UserError(`This processor has no mode "${name}"; it has ${modes.map(({ name }) => name).join(', ')}.`);
  }
  return mode;
}
