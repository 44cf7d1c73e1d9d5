import { loadAddon } from '../../addon/load';
import type { ModelConfig } from '../../model/config';
import type { HiddenState, Scores, StepResult, Trace, TrainingState } from '../engine';

/** Exports of native/bindings/node/engine_addon.cc. */
export interface EngineAddon {
  /** This processor's modes, fastest first; each has proved itself against the plain one. */
  engineModes(): NativeMode[];
  createTrainer(options: NativeTrainerOptions, state: TrainingState): Promise<NativeTrainer>;
  createPredictor(options: NativePredictorOptions, parameters: Float32Array): Promise<NativePredictor>;
  /** Speed at which a mode multiplies large matrices, in GFLOP/s, measured for about `seconds`. */
  productSpeed(options: { mode: string; threads: number }, seconds: number): Promise<number>;
  /** For tests: fills buffers allocated from now on with NaN. */
  poisonFreshBuffers(poison: boolean): void;
}

export interface NativeMode {
  /** "int8-avx512", "bf16-amx", "fp32-avx2" … */
  readonly name: string;
  /** "AVX2" */
  readonly instructions: string;
  readonly numeric: 'fp32' | 'bf16' | 'int8';
  /** Bits of a weight in the cells' products, 7 or 8; 0 where they are not quantised. */
  readonly weightBits: number;
  /** Slower than fp32: only for tests and for measuring what a mode does to quality. */
  readonly emulated: boolean;
}

interface NativeOptions extends ModelConfig {
  readonly threads: number;
  readonly mode: string;
}

export interface NativeTrainerOptions extends NativeOptions {
  readonly batch: number;
  readonly seqlen: number;
}

export interface NativePredictorOptions extends NativeOptions {
  /** Read with weights stored in 8 bits; otherwise with the mode's own. */
  readonly stored: boolean;
}

/**
 * Trainer of the addon. Its methods throw or reject with a clear message: wrong lengths, no symbol, disposed of, a step
 * still running.
 */
export interface NativeTrainer {
  /** `clipNorm` 0: no clipping. */
  step(
    inputs: Uint8Array,
    targets: Uint8Array,
    learningRate: number,
    clipNorm: number,
    weightDecay: number,
  ): Promise<StepResult>;
  state(): TrainingState;
  parameters(): Float32Array;
  average(average: Float32Array, weight: number): void;
  dispose(): void;
}

export interface NativePredictor {
  /** `symbols` [states.length, steps]; probabilities after each step, [states.length, steps, 98], or after the last. */
  read(states: HiddenState[], symbols: Uint8Array, each: boolean): Promise<Float32Array>;
  readStates(state: HiddenState, symbols: Uint8Array): Promise<Trace>;
  score(inputs: Uint8Array, targets: Uint8Array, rows: number, hidden: Float32Array): Promise<Scores>;
  /** Only with stored weights. Rejects with "cancelled" soon after `cancelled[0]` is no longer 0. */
  lookBack(symbols: Uint8Array, target: number, cancelled: Uint8Array): Promise<Float32Array>;
  dispose(): void;
}

/** @throws UserError where the addon cannot be loaded */
export function engineAddon(): EngineAddon {
  return loadAddon() as EngineAddon;
}
