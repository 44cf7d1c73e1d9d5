import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import load from 'node-gyp-build';
import { UserError } from '../../protocol/user-error';
import type { HiddenState, Scores, StepResult, TrainingState } from '../engine';

/** What the engine's half of native/addon.cc exports. Other rooms add theirs by declaration merging. */
export interface NativeAddon {
  /** This processor's modes, fastest first; each has proved itself against the plain one. */
  engineModes(): NativeMode[];
  createTrainer(options: NativeTrainerOptions, state: TrainingState): Promise<NativeTrainer>;
  createPredictor(options: NativePredictorOptions, parameters: Float32Array): Promise<NativePredictor>;
  /** How fast a mode multiplies large matrices, in GFLOP/s, measured for about `seconds`. */
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
  /** Slower than fp32: only for tests and for measuring what a mode does to quality. */
  readonly emulated: boolean;
}

interface NativeOptions {
  readonly layers: number;
  readonly units: number;
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

/** Throws or rejects with a clear message: wrong lengths, no symbol, disposed of, a step still running. */
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
  score(inputs: Uint8Array, targets: Uint8Array, rows: number, hidden: Float32Array): Promise<Scores>;
  dispose(): void;
}

let loaded: NativeAddon | undefined;

/**
 * The C++ addon: the one built in native/build/Release, else the one that came in native/prebuilds/<platform>-<arch>.
 * Throws a UserError naming the fix where there is none for this machine or it does not load.
 */
export function loadAddon(): NativeAddon {
  if (!loaded) {
    const root = packageRoot();
    try {
      loaded = load(join(root, 'native')) as NativeAddon;
    } catch (error) {
      throw new UserError(`The native engine could not be loaded (${reasonOf(error)}): ${fixFor(root)}.`);
    }
  }
  return loaded;
}

/** Nearest folder upward with a package.json: the same from source, from dist/ and from an installed extension. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  return folder;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('No native build was found')) {
    return `none is built for ${process.platform}-${process.arch}`;
  }
  return message.split('\n')[0];
}

function fixFor(root: string): string {
  return existsSync(join(root, 'native', 'binding.gyp'))
    ? `install Python 3, make and a C++ compiler, then run "npm run build:native" in ${root}`
    : 'install the Understudy package made for this platform';
}
