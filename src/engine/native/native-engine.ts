import { availableParallelism } from 'node:os';
import { engineAddon, type NativeMode } from '../../engine/native/engine-addon';
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
    createTrainer: (trainer) => createNativeTrainer(addon, setup, trainer),
    createPredictor: (model, parameters) =>
      createNativePredictor(addon, { ...setup, stored: options.storedWeights ?? true }, model, parameters),
  };
}

function chooseMode(name: string | undefined): NativeMode {
  const modes = nativeModes();
  const mode = name === undefined ? modes[0] : modes.find((other) => other.name === name);
  if (!mode) {
    throw new UserError(`This processor has no mode "${name}"; it has ${modes.map(({ name }) => name).join(', ')}.`);
  }
  return mode;
}
