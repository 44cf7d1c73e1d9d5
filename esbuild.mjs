// Bundles each process's entry into dist/: five for Node and one for the panel's browser.
import { build } from 'esbuild';

const shared = { bundle: true, sourcemap: true, logLevel: 'warning', outdir: 'dist' };

await build({
  ...shared,
  entryPoints: {
    extension: 'src/extension/main.ts',
    server: 'src/server/main.ts',
    trainer: 'src/trainer/main.ts',
    reader: 'src/reader/main.ts',
    cli: 'src/cli/main.ts',
  },
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  // A library's ES module asks for its own address, which a CommonJS bundle does not have.
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
});

await build({
  ...shared,
  entryPoints: { panel: 'src/panel/main.ts' },
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
});
