// Bundles each process's entry into dist/: five for Node and one for the panel's browser. With --watch, again on every
// change; else it also writes the notices of what is bundled.
import { writeFileSync } from 'node:fs';
import { build, context } from 'esbuild';
import { thirdPartyNotices } from './scripts/third-party-notices.mjs';

const isWatching = process.argv.includes('--watch');

// Source maps are for debugging, which watches (.vscode/launch.json); they are not shipped.
const shared = { bundle: true, sourcemap: isWatching, metafile: true, logLevel: 'warning', outdir: 'dist' };

const node = {
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
};

const browser = {
  ...shared,
  entryPoints: { panel: 'src/panel/main.tsx' },
  platform: 'browser',
  minify: !isWatching,
  target: 'es2022',
  format: 'iife',
};

if (isWatching) {
  // Tasks of VS Code wait for these lines (.vscode/tasks.json).
  const report = {
    name: 'report',
    setup({ onStart, onEnd }) {
      onStart(() => console.log('[watch] build started'));
      onEnd(() => console.log('[watch] build finished'));
    },
  };
  for (const options of [node, browser]) {
    const watched = await context({ ...options, plugins: [report] });
    await watched.watch();
  }
} else {
  const builds = [await build(node), await build(browser)];
  writeFileSync('ThirdPartyNotices.txt', thirdPartyNotices(builds.map(({ metafile }) => metafile)));
}
