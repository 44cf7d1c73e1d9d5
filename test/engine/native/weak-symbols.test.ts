import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { globSync } from 'tinyglobby';
import { NATIVE, noCompiler, run, withCompiled } from './compiler';

/**
 * Functions that the linker may share between objects. In an object for one instruction set there must be none: the one
 * copy that is kept could be the one for another processor.
 */
function weakFunctions(object: string): string[] {
  const symbols = run('nm', ['--demangle', object]).split('\n');
  return symbols.filter((line) => /^[0-9a-f]* +[Ww] /.test(line));
}

const objects = globSync('obj.target/**/isa_*.o', { cwd: join(NATIVE, 'build', 'Release') });
// What has the plain architecture's instructions only runs on every processor.
const forProcessors = objects.filter((object) => !basename(object).includes('plain'));

test('kernels of an instruction set share no function with other objects', {
  skip: noCompiler() || (forProcessors.length === 0 && 'the addon was not built here'),
}, () => {
  for (const object of forProcessors) {
    assert.deepEqual(weakFunctions(join(NATIVE, 'build', 'Release', object)), [], object);
  }
});

const UNOPTIMISED: Record<string, { source: string; flags: string[] }> = {
  x64: { source: 'kernels/arch/x86/isa_avx2.cc', flags: ['-mavx2', '-mfma', '-DUNDERSTUDY_X64'] },
  arm64: { source: 'kernels/arch/arm/isa_neon.cc', flags: ['-DUNDERSTUDY_ARM64'] },
};
const unoptimised = UNOPTIMISED[process.arch];

test('nor do they when the compiler inlines nothing of its own accord', { skip: noCompiler() || !unoptimised }, () => {
  const { source, flags } = unoptimised!;
  assert.deepEqual(withCompiled(source, ['-O0', '-c', ...flags], weakFunctions), []);
});
