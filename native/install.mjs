// Builds the native addon where a compiler is there. Without one Understudy still installs and works, on the slow
// reference engine, which says so itself when it trains. Run by `npm install` (quiet, never fails the install) and by
// `npm run build:native` (--verbose: the compiler's output, and its exit status).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const verbose = process.argv.includes('--verbose');

/** A binary that came with the package is used as it is. */
function hasPrebuild() {
  return existsSync(join(here, 'prebuilds', `${process.platform}-${process.arch}`));
}

/** Headers beside the running Node save a download and work offline; node-gyp fetches them otherwise. */
function headerOptions() {
  const prefix = dirname(dirname(process.execPath));
  const headers = join(prefix, 'include', 'node', 'node_api.h');
  return process.env.npm_config_nodedir || !existsSync(headers) ? [] : [`--nodedir=${prefix}`];
}

function build() {
  const options = ['rebuild', ...headerOptions(), ...(verbose ? [] : ['--silent'])];
  // npm names its own node-gyp in the environment; elsewhere it has to be on the path.
  const nodeGyp = process.env.npm_config_node_gyp;
  const run = { cwd: here, stdio: verbose ? 'inherit' : 'ignore' };
  return nodeGyp
    ? spawnSync(process.execPath, [nodeGyp, ...options], run)
    : spawnSync('node-gyp', options, { ...run, shell: true });
}

if (verbose || !hasPrebuild()) {
  if (build().status !== 0) {
    console.warn(
      'understudy: the native engine was not built, so training will use the slow reference engine. ' +
        'Install Python 3, make and a C++ compiler, then run "npm run build:native" to see what is missing.',
    );
    if (verbose) {
      process.exitCode = 1;
    }
  }
}
