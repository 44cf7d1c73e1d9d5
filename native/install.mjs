// Builds the native engine where a compiler is there. Without one Understudy still installs and works,
// on the slow reference engine; which says so itself when it trains.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const build = spawnSync('node-gyp', ['rebuild', '--silent'], { cwd: here, stdio: 'inherit', shell: true });
if (build.status !== 0) {
  console.warn(
    'understudy: the native engine was not built; training will use the slow reference engine. ' +
      'Install Python 3 and a C++ compiler, then run "npm run build:native".',
  );
}
