import * as path from 'node:path';
import { UserError } from '../../protocol/user-error';
import { makeFolder } from '../../storage/private-folder';
import { TFJS_PACKAGE } from './load';
import { type Running, run } from './program';

/** Headers and libraries of a TensorFlow, to link a program to. */
export interface Libraries {
  /** Folder of its headers. */
  readonly include: string;
  /** Folder of its libraries, and their files' names. */
  readonly folder: string;
  readonly names: readonly string[];
  /** Folder of the libraries when the binding is loaded, as the linker understands it. */
  readonly atRunTime: string;
}

/** The first C++ compiler that runs; UserError where there is none. */
export async function findCompiler(running: Running): Promise<string> {
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

/**
 * Compiles the C++ sources of the package in `modules` (a node_modules folder) against a TensorFlow, to where the
 * package looks for its binding.
 */
export async function buildBinding(
  modules: string,
  tensorflow: Libraries,
  compiler: string,
  running: Running,
): Promise<void> {
  const source = path.join(modules, TFJS_PACKAGE);
  const target = path.join(source, 'lib', 'napi-v8');
  makeFolder(target);
  const flags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'];
  const includes = [path.join(modules, 'node-api-headers', 'include'), tensorflow.include];
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(source, 'binding', name));
  const libraries = [
    `-L${tensorflow.folder}`,
    ...tensorflow.names.map((name) => `-l:${name}`),
    `-Wl,-rpath,${tensorflow.atRunTime}`,
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
      `${compiler} could not build the binding to the TensorFlow in ${tensorflow.folder} (${errors[0] ?? 'no reason given'}): ` +
        'try the TensorFlow of another Python (--python), or another compiler (CXX).',
      { cause: error },
    );
  }
}
