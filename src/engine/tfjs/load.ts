import { createRequire } from 'node:module';
import * as path from 'node:path';
import util from 'node:util';
import { UserError } from '../../protocol/user-error';
import { tfjsFolder } from './folder';
import type { TensorFlow } from './tensorflow';

export const TFJS_PACKAGE = '@tensorflow/tfjs-node-gpu';

/**
 * Loads the package that `gpu setup` prepared, or one installed beside Understudy; throws UserError where there is
 * none, or where it cannot be loaded.
 */
export function loadTensorFlow(): TensorFlow {
  supplyMissingFunctions();
  // Unless asked for, TensorFlow is not to write its own notes about the processor on standard error.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const resolved = [path.join(tfjsFolder(), 'package.json'), __filename].flatMap(resolveFrom);
  if (resolved.length === 0) {
    throw new UserError('The tfjs engine is not set up: run "understudy gpu setup", or choose another engine.');
  }
  try {
    return createRequire(__filename)(resolved[0]!);
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new UserError(`TensorFlow cannot be loaded (${reason}): run "understudy gpu setup" again.`);
  }
}

/** The package's entry as seen from a file, as a list of one or none. */
function resolveFrom(file: string): string[] {
  try {
    return [createRequire(file).resolve(TFJS_PACKAGE)];
  } catch {
    return [];
  }
}

/** The package is from 2024 and calls two functions that Node 23 took away. */
function supplyMissingFunctions(): void {
  const old = util as { isNullOrUndefined?: (value: unknown) => boolean; isArray?: (value: unknown) => boolean };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
}
