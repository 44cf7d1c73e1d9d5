// Prints 1 where the compiler knows AVX-512 BF16 and AMX (GCC 11, Clang 14), else 0. Only Linux hands out AMX tiles in
// the way we ask for them, and only servers have these instructions.
import { spawnSync } from 'node:child_process';

function compilerKnows(flags) {
  const [compiler, ...own] = (process.env.CXX || 'c++').split(' ');
  const run = spawnSync(compiler, [...own, ...flags, '-x', 'c++', '-E', '-'], { input: '' });
  return run.status === 0;
}

const flags = ['-mavx512bf16', '-mavx512vnni', '-mamx-tile', '-mamx-bf16', '-mamx-int8'];
const known = process.platform === 'linux' && process.arch === 'x64' && compilerKnows(flags);
console.log(known ? 1 : 0);
