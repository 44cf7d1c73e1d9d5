// Formats the C++ of native/ and bench/ as .clang-format says. With --check it only names the files that differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from '@wasm-fmt/clang-format';
import { globSync } from 'tinyglobby';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const style = readFileSync(join(root, '.clang-format'), 'utf8');
const onlyChecks = process.argv.includes('--check');
const files = globSync(['native/**/*.{h,cc}', 'bench/**/*.{h,cc}'], { cwd: root, ignore: ['native/build/**'] });

for (const name of files.sort()) {
  const path = join(root, name);
  const text = readFileSync(path, 'utf8');
  const formatted = format(text, path, style);
  if (formatted === text) {
    continue;
  }
  if (onlyChecks) {
    console.error(`${name}: not formatted as .clang-format says; run "npm run format"`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, formatted);
  }
}
