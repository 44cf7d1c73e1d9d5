// Prints 1 where newer instructions than AVX-512 and NEON can be compiled, else 0: on x64 AMX, AVX-512's bf16 and dot products of
// bytes (GCC 11, Clang 14, and Linux, which alone hands out AMX tiles in the way we ask for them); on arm64 dot products
// of bytes. Elsewhere nobody has tried.
import { spawnSync } from 'node:child_process';

const FLAGS = {
  x64: ['-mavx512bf16', '-mavx512vnni', '-mavxvnni', '-mamx-tile', '-mamx-bf16', '-mamx-int8'],
  arm64: ['-march=armv8.2-a+dotprod'],
};

function compilerKnows(flags) {
  const [compiler, ...own] = (process.env.CXX || 'c++').split(' ');
  const run = spawnSync(compiler, [...own, ...flags, '-x', 'c++', '-E', '-'], { input: '' });
  return run.status === 0;
}

const { platform, arch } = process;
const isTried = platform === 'linux' || (platform === 'darwin' && arch === 'arm64');
console.log(isTried && FLAGS[arch] && compilerKnows(FLAGS[arch]) ? 1 : 0);
