import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/addon/package-root';

export const NATIVE = join(packageRoot(), 'native');

const [COMPILER = '', ...OWN_FLAGS] = (process.env.CXX || 'g++').split(' ');

/** Why native code cannot be compiled and looked at here; false where it can. */
export function noCompiler(): string | false {
  if (process.platform !== 'linux') {
    return 'object files are looked at on Linux only';
  }
  const missing = [COMPILER, 'nm'].find((program) => spawnSync(program, ['--version']).status !== 0);
  return missing ? `${missing} is not installed` : false;
}

/** Compiles a file of native/ and passes the path of the result to `use`. */
export function withCompiled<T>(source: string, flags: readonly string[], use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-native-'));
  try {
    const path = join(folder, 'compiled');
    run(COMPILER!, [...OWN_FLAGS, '-std=c++17', `-I${NATIVE}`, ...flags, join(NATIVE, source), '-o', path]);
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Standard output of a program. */
export function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  }
  return stdout;
}
