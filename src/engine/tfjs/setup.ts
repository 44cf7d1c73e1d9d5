import { type ExecFileOptions, execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { UserError } from '../../protocol/user-error';
import { tfjsFolder } from './folder';
import { TFJS_PACKAGE } from './load';
import { findTensorFlow, PythonTensorFlow, TENSORFLOW_LIBRARIES } from './python';
import { SelfTest } from './self-test';
import type { SelfTestOutcome } from './self-test-process';

const PACKAGES = [`${TFJS_PACKAGE}@4.22.0`, 'node-api-headers@1.9.0'];

/** Above what float32, or TF32 on a GPU, can differ by after one step; far below what a wrong step would. */
const LARGEST_DIFFERENCE = 1e-2;

/** What a set-up found, kept in its folder. */
const Setup = v.object({
  tensorflow: PythonTensorFlow,
  selfTest: SelfTest,
  /** One sentence; null where the GPU is used. */
  whyNoGpu: v.nullable(v.string()),
});
export type Setup = v.InferOutput<typeof Setup>;

export interface SetupOptions {
  /** Python whose TensorFlow is wanted; null to look for one. */
  readonly python: string | null;
  /** Where to look for a virtual environment. */
  readonly folders: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Runs `selfTest` in a process of its own with this environment. */
  readonly selfTest: (env: NodeJS.ProcessEnv) => Promise<SelfTestOutcome>;
  /** Told what is being done, in one line. */
  readonly report: (line: string) => void;
  /** Aborting it ends the set-up, which throws its reason. */
  readonly signal?: AbortSignal;
}

/** Programs that the set-up runs are run like this. */
interface Running {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** The set-up in place, or null. */
export function currentSetup(): Setup | null {
  try {
    return v.parse(Setup, JSON.parse(readFileSync(path.join(tfjsFolder(), 'setup.json'), 'utf8')));
  } catch {
    return null;
  }
}

/**
 * Fetches the package without its install script, builds its binding to a TensorFlow installed for Python, and checks one
 * training step. Replaces an earlier set-up only when all of that has worked; every failure is a UserError.
 */
export async function setUpTfjs({ python, folders, env, selfTest, report, signal }: SetupOptions): Promise<Setup> {
  if (process.platform !== 'linux') {
    throw new UserError('GPU training needs Linux (or WSL on Windows): TensorFlow supports CUDA nowhere else.');
  }
  const tensorflow = await findTensorFlow(python, folders, env);
  report(`Found TensorFlow in ${tensorflow.folder}.`);
  const compiler = await findCompiler({ env });

  const staging = `${tfjsFolder()}.new`;
  const running: Running = { env, signal };
  try {
    signal?.throwIfAborted();
    await rm(staging, { recursive: true, force: true });
    report(`Fetching ${PACKAGES[0]} (300 MB unpacked).`);
    await fetchPackages(staging, running);
    report('Building its binding to this TensorFlow.');
    await buildBinding(staging, tensorflow.folder, compiler, running);
    report('Checking one training step against the reference engine.');
    const setup = await check(tensorflow, selfTest, { ...env, UNDERSTUDY_TFJS: staging });
    signal?.throwIfAborted();
    await writeFile(path.join(staging, 'setup.json'), JSON.stringify(setup, null, 2));
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

/** In a sentence or two for people. */
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

/** Runs the self-test and explains its outcome. */
async function check(
  tensorflow: PythonTensorFlow,
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

function whyNoGpu({ cuda }: PythonTensorFlow, log: string): string {
  if (!cuda) {
    return 'This TensorFlow was built without CUDA: pip install "tensorflow[and-cuda]" and set up again.';
  }
  if (!existsSync('/proc/driver/nvidia/version') && !existsSync('/dev/dxg')) {
    return 'No NVIDIA driver was found on this machine: install it and set up again.';
  }
  const words = log.split('\n').filter((line) => /gpu|cuda/i.test(line));
  return `TensorFlow found no CUDA device it can use: ${lastLine(words.join('\n'))}`;
}

async function findCompiler(running: Running): Promise<string> {
  const candidates = [running.env.CXX, 'g++', 'clang++', 'c++'].filter((name) => name !== undefined);
  for (const compiler of candidates) {
    try {
      await run(compiler, ['--version'], running);
      return compiler;
    } catch {
      // The next one.
    }
  }
  throw new UserError('No C++ compiler was found: install g++ (Debian, Ubuntu: apt install g++) and set up again.');
}

async function fetchPackages(folder: string, running: Running): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
  try {
    // Without its install script, which would download a TensorFlow of 2022.
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['install', ...options, ...PACKAGES], { cwd: folder, ...running });
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT')
      throw new UserError('npm was not found: install Node.js, which brings it, and set up again.');
    throw new UserError(
      `npm could not fetch ${PACKAGES[0]} (${lastLine(stderr ?? '')}): check the network and npm's registry, then set up again.`,
      { cause: error },
    );
  }
}

/** Compiles the package's C++ sources against this TensorFlow, to where the package looks for its binding. */
async function buildBinding(folder: string, tensorflow: string, compiler: string, running: Running): Promise<void> {
  const modules = path.join(folder, 'node_modules');
  const source = path.join(modules, TFJS_PACKAGE);
  const target = path.join(source, 'lib', 'napi-v8');
  await mkdir(target, { recursive: true });
  const flags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'];
  const includes = [path.join(modules, 'node-api-headers', 'include'), path.join(tensorflow, 'include')];
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(source, 'binding', name));
  // Found again at run time where they are now, so that they find the CUDA libraries beside them as for Python.
  const libraries = [
    `-L${tensorflow}`,
    ...TENSORFLOW_LIBRARIES.map((name) => `-l:${name}`),
    `-Wl,-rpath,${tensorflow}`,
  ];
  const output = ['-o', path.join(target, 'tfjs_binding.node')];
  try {
    const include = includes.map((name) => `-I${name}`);
    await run(compiler, [...flags, ...include, ...sources, ...output, ...libraries], {
      ...running,
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    const errors = (error as { stderr?: string }).stderr?.split('\n').filter((line) => /error/i.test(line)) ?? [];
    throw new UserError(
      `${compiler} could not build the binding to the TensorFlow in ${tensorflow} (${errors[0] ?? 'no reason given'}): ` +
        'try the TensorFlow of another Python (--python), or another compiler (CXX).',
      { cause: error },
    );
  }
}

/** Runs a program to its end. One that is ended by the signal has ended when this rejects: nothing it writes comes later. */
async function run(file: string, args: string[], options: Running & ExecFileOptions): Promise<void> {
  const running = promisify(execFile)(file, args, options);
  try {
    await running;
  } catch (error) {
    const { pid, exitCode, signalCode } = running.child;
    if (options.signal?.aborted && pid !== undefined && exitCode === null && signalCode === null) {
      await once(running.child, 'exit');
    }
    throw error;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'no reason given';
}
