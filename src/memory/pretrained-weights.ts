import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packageRoot } from '../addon/package-root';
import { UserError } from '../protocol/user-error';

/** Path of the pretrained weights in the package; scripts/pretrain-memory.ts makes the file. */
export const PRETRAINED_WEIGHTS_PATH = 'native/memory/pretrained_weights.bin.gz';

let shipped: Uint8Array | undefined;

/**
 * Pretrained weights of a memory, by which it weighs its own statistics and the network beside it. They were learnt
 * once from the standard library of Python 3.11 (PSF licence: native/memory/pretrained_weights.md), so that they need
 * not be learnt anew in every project.
 *
 * @throws UserError where the package is incomplete
 */
export function shippedWeights(): Uint8Array {
  shipped ??= readPretrainedWeights(join(packageRoot(), PRETRAINED_WEIGHTS_PATH));
  return shipped;
}

/** @throws UserError where it cannot be read */
export function readPretrainedWeights(path: string): Uint8Array {
  try {
    return gunzipSync(readFileSync(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The memory's pretrained weights could not be read (${reason}): install Understudy again.`);
  }
}
