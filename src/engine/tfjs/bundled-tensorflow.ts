import * as path from 'node:path';
import type { Libraries } from './binding';
import { type Running, run, type Written } from './program';

/** Name, for people, of the TensorFlow that the package downloads for itself. */
export const OWN_TENSORFLOW = 'TensorFlow 2.9.1 for CUDA 11.2';

/** Whether the package's own TensorFlow exists for this platform. */
export const OWN_TENSORFLOW_EXISTS = process.platform === 'linux' && process.arch === 'x64';

/** Folder of that TensorFlow in the package. */
export const OWN_FOLDER = 'deps';

/**
 * Output of the script when all is unpacked. Its exit code does not tell: it is 0 too for a download that breaks off.
 */
const UNPACKED = 'Building TensorFlow Node.js bindings';

/**
 * Lets the install script of the package in `folder` download TensorFlow into the package, in `minutes` at most.
 * @throws Error whose message gives the reason in a few words
 */
export async function downloadOwnTensorFlow(folder: string, running: Running, minutes = 30): Promise<Libraries> {
  const script = path.join('scripts', 'install.js');
  const outcome: Partial<Written & { killed: boolean }> = await run(process.execPath, [script, 'gpu', 'download'], {
    ...running,
    cwd: folder,
    // So that it does not find node-pre-gyp: its own build of the binding would need more downloads, and make.
    env: { ...running.env, PATH: '' },
    timeout: minutes * 60_000,
  }).catch((error) => error);
  running.signal?.throwIfAborted();
  const { stderr = '', killed } = outcome;
  if (killed) {
    throw new Error(`not done in ${minutes} minutes`);
  }
  if (!stderr.includes(UNPACKED)) {
    throw new Error(stderr.match(/^\w*Error: (.*)$/m)?.[1] ?? 'it broke off');
  }
  return {
    include: path.join(folder, OWN_FOLDER, 'include'),
    folder: path.join(folder, OWN_FOLDER, 'lib'),
    names: ['libtensorflow.so.2', 'libtensorflow_framework.so.2'],
    // From lib/napi-v8, where the binding lies: the package moves when the set-up is complete.
    atRunTime: `$ORIGIN/../../${OWN_FOLDER}/lib`,
  };
}
