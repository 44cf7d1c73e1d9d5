import { loadAddon } from '../addon/load';

/** Exports of native/bindings/node/memory_addon.cc. */
interface MemoryAddon {
  /** Rejects with "cancelled" soon after `cancelled[0]` is no longer 0. */
  buildMemory(
    names: readonly string[],
    texts: readonly Uint8Array[],
    options: { readonly bytes: number; readonly updateEvery: number; readonly pretrainedWeights: Uint8Array | null },
    cancelled: Uint8Array,
  ): Promise<NativeMemory>;
}

export interface NativeMemory {
  readonly bytes: number;
  open(name: string): NativePosition;
  weights(): Uint8Array;
}

/**
 * Position of a native memory in one text. Its methods throw where an argument is no text or no prediction, and where
 * `train` has not ended.
 */
export interface NativePosition {
  read(symbols: Uint8Array): void;
  predict(other: Float32Array | null): Float32Array;
  costs(symbols: Uint8Array, others: Float32Array | null): Float32Array;
  train(symbols: Uint8Array, others: Float32Array | null): Promise<Float32Array>;
  fork(): NativePosition;
}

/** @throws UserError where the addon cannot be loaded */
export function memoryAddon(): MemoryAddon {
  return loadAddon() as MemoryAddon;
}
