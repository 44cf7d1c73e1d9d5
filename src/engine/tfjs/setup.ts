import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import * as path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../../protocol/user-error';
import { replaceFileAtomically } from '../../storage/durable-file';
import { parseJson } from '../../storage/json';
import { makeFolder } from '../../storage/private-folder';
import { readRegularFileSync } from '../../storage/regular-file';
import { buildBinding, findCompiler, type Libraries } from './binding';
import { downloadOwnTensorFlow, OWN_FOLDER, OWN_TENSORFLOW, OWN_TENSORFLOW_EXISTS } from './bundled-tensorflow';
import { tfjsFolder } from './folder';
import { TFJS_PACKAGE } from './load';
import { lastLine, type Running, run } from './program';
import { findTensorFlow, librariesOf, PythonTensorFlow, whereToGetOne } from './python';
import { SelfTest } from './self-test';
import type { SelfTestOutcome } from './self-test-process';

const PACKAGES = [`${TFJS_PACKAGE}@4.22.0`, 'node-api-headers@1.9.0'];

/** Above what float32, or TF32 on a GPU, can differ by after one step; far below what a wrong step would. */
const LARGEST_DIFFERENCE = 1e-2;

/** The TensorFlow that the package is bound to: one of a Python, or (`python` null) the package's own. */
const BoundTensorFlow = v.object({ ...PythonTensorFlow.entries, python: v.nullable(v.string()) });
type BoundTensorFlow = v.InferOutput<typeof BoundTensorFlow>;

/** Result of a set-up, kept in its folder. */
const Setup = v.object({
  tensorflow: BoundTensorFlow,
  selfTest: SelfTest,
  /** One sentence; null where the GPU is used. */
  whyNoGpu: v.nullable(v.string()),
});
export type Setup = v.InferOutput<typeof Setup>;

/** Bytes of the file that keeps it. */
const LARGEST_SETUP = 64 * 1024;

export interface SetupOptions {
  /** Python whose TensorFlow is wanted; null to look for one. */
  readonly python: string | null;
  /** Folders that may hold a virtual environment. */
  readonly folders: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Runs `selfTest` in a process of its own with this environment. */
  readonly selfTest: (env: NodeJS.ProcessEnv) => Promise<SelfTestOutcome>;
  /** Told what is being done, in one line. */
  readonly report: (line: string) => void;
  /** Aborting it ends the set-up, which throws its reason. */
  readonly signal?: AbortSignal;
}

/** The set-up in place, or null. */
export function currentSetup(): Setup | null {
  try {
    const json = readRegularFileSync(path.join(tfjsFolder(), 'setup.json'), LARGEST_SETUP).toString('utf8');
    return v.parse(Setup, parseJson(json));
  } catch {
    return null;
  }
}

/**
 * Fetches the package without its install script, builds its binding to a TensorFlow installed for Python (where there
 * is none, to the one that the script downloads), and checks one training step. Replaces an earlier set-up only when
 * all of that has worked; every failure is a UserError.
 */
export async function setUpTfjs({ python, folders, env, selfTest, report, signal }: SetupOptions): Promise<Setup> {
  if (process.platform !== 'linux') {
    throw new UserError('GPU training needs Linux (or WSL on Windows): TensorFlow supports CUDA nowhere else.');
  }
  const { found, searched } = await findTensorFlow(python, folders, env);
  const none = `No TensorFlow was found with ${searched.join(', ')}`;
  if (found === null && (python !== null || !OWN_TENSORFLOW_EXISTS)) {
    throw new UserError(`${none}: ${whereToGetOne}.`);
  }
  report(found ? `Found TensorFlow in ${found.folder}.` : `${none}: trying the package's own (${OWN_TENSORFLOW}).`);
  const compiler = await findCompiler({ env });

  const staging = `${tfjsFolder()}.new`;
  const modules = path.join(staging, 'node_modules');
  const running: Running = { env, signal };
  try {
    signal?.throwIfAborted();
    await rm(staging, { recursive: true, force: true });
    report(`Fetching ${PACKAGES[0]} (300 MB unpacked).`);
    await fetchPackages(staging, running);
    if (!found) {
      report(`Downloading ${OWN_TENSORFLOW} (several hundred MB).`);
    }
    const libraries = found ? librariesOf(found) : await downloadOwn(path.join(modules, TFJS_PACKAGE), none, running);
    report('Building its binding to this TensorFlow.');
    await buildBinding(modules, libraries, compiler, running);
    report('Checking one training step against the reference engine.');
    const setup = await check(found ?? ownTensorFlow(), selfTest, { ...env, UNDERSTUDY_TFJS: staging });
    signal?.throwIfAborted();
    await replaceFileAtomically(path.join(staging, 'setup.json'), JSON.stringify(setup, null, 2));
    await rm(tfjsFolder(), { recursive: true, force: true });
    await rename(staging, tfjsFolder());
    return setup;
  } catch (error) {
    // Whatever a program that was ended says of it.
    signal?.throwIfAborted();
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Summary of a set-up in a sentence or two for people. */
export function whatWasSetUp({ selfTest: { version, gpu }, tensorflow: { folder }, whyNoGpu }: Setup): string {
  return gpu
    ? `TensorFlow ${version} in ${folder} trains on the GPU (CUDA); trainings use it from now on.`
    : `TensorFlow ${version} in ${folder} trains on the processor alone. ${whyNoGpu}`;
}

/** Deletes what `setUpTfjs` has put in place; tells whether there was anything. */
export async function removeTfjs(): Promise<boolean> {
  const existed = existsSync(tfjsFolder());
  await rm(tfjsFolder(), { recursive: true, force: true });
  return existed;
}

/** Where the package's own lies when the set-up is complete. */
function ownTensorFlow(): BoundTensorFlow {
  return { python: null, folder: path.join(tfjsFolder(), 'node_modules', TFJS_PACKAGE, OWN_FOLDER), cuda: true };
}

/** `none` says where none was found. */
async function downloadOwn(folder: string, none: string, running: Running): Promise<Libraries> {
  try {
    return await downloadOwnTensorFlow(folder, running);
  } catch (error) {
    throw new UserError(
      `${none}, and the package's own (${OWN_TENSORFLOW}) could not be downloaded (${(error as Error).message}): ` +
        `${whereToGetOne}.`,
      { cause: error },
    );
  }
}

/** Runs the self-test and explains its outcome. */
async function check(
  tensorflow: BoundTensorFlow,
  selfTest: SetupOptions['selfTest'],
  env: NodeJS.ProcessEnv,
): Promise<Setup> {
  const { result, log } = await selfTest({ ...env, TF_CPP_MIN_LOG_LEVEL: '0' });
  const outcome = v.safeParse(SelfTest, result);
  if (!outcome.success) {
    throw new UserError(
      `The training step that was to check the set-up failed (${lastLine(log)}): try the TensorFlow of another Python (--python).`,
    );
  }
  const { gpu, difference, version } = outcome.output;
  if (!(difference <= LARGEST_DIFFERENCE)) {
    throw new UserError(
      `TensorFlow ${version} computed a training step that is off by ${difference}: try that of another Python (--python).`,
    );
  }
  return { tensorflow, selfTest: outcome.output, whyNoGpu: gpu ? null : whyNoGpu(tensorflow, log) };
}

function whyNoGpu({ python, cuda }: BoundTensorFlow, log: string): string {
  if (!cuda) {
    return 'This TensorFlow was built without CUDA: pip install "tensorflow[and-cuda]" and set up again.';
  }
  if (!existsSync('/proc/driver/nvidia/version') && !existsSync('/dev/dxg')) {
    return 'No NVIDIA driver was found on this machine: install it and set up again.';
  }
  const words = log.split('\n').filter((line) => /gpu|cuda/i.test(line));
  const needs = 'it needs CUDA 11.2 and cuDNN 8.1; pip install "tensorflow[and-cuda]" brings a current CUDA';
  return `TensorFlow found no CUDA device it can use${python === null ? ` (${needs})` : ''}: ${lastLine(words.join('\n'))}`;
}

async function fetchPackages(folder: string, running: Running): Promise<void> {
  makeFolder(folder);
  await replaceFileAtomically(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
  try {
    // Without its install script, which would download a TensorFlow of 2022.
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['install', ...options, ...PACKAGES], { cwd: folder, ...running });
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') {
      throw new UserError('npm was not found: install Node.js, which brings it, and set up again.');
    }
    throw new UserError(
      `npm could not fetch ${PACKAGES[0]} (${lastLine(stderr ?? '')}): check the network and npm's registry, then set up again.`,
      { cause: error },
    );
  }
}
