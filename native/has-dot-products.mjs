// Prints 1 where the compiler knows the instructions for dot products (UNDERSTUDY_DOT_PRODUCTS), else 0: on x64
// AVX-512's BF16 and VNNI, AVX-VNNI and AMX (GCC 11, Clang 14, and Linux, the only system whose request for AMX tiles
// we know); on arm64 "dotprod". Windows and Macs with Intel processors have never been tried, so they get fp32 only.
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
