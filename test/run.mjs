// Runs the tests whose files match the given patterns: Node 20's own runner takes files only.
import { spawnSync } from 'node:child_process';
import { globSync } from 'tinyglobby';

const files = globSync(process.argv.slice(2)).sort();
if (files.length === 0) {
  throw new Error(`no test matches ${process.argv.slice(2).join(' ')}`);
}
const { status } = spawnSync(process.execPath, ['--import', 'tsx', '--test', ...files], { stdio: 'inherit' });
process.exitCode = status ?? 1;
