// Prints the memory's C++ sources for binding.gyp: memory_addon.cc and all of memory/, once the former is there.
import { existsSync, readdirSync } from 'node:fs';

const parts = existsSync('memory_addon.cc') ? readdirSync('memory').filter((name) => name.endsWith('.cc')) : null;
console.log(parts ? ['memory_addon.cc', ...parts.map((name) => `memory/${name}`)].join(' ') : '');
