// Gives engine.test.ts a TensorFlow to run on (npm run test:tfjs): a virtual environment with tensorflow-cpu, and
// tfjs-node-gpu bound to it by Understudy's own set-up. About 2 GB, kept until node_modules is deleted; pip is
// configured by its usual environment variables (PIP_INDEX_URL …).
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { preparedFolder, preparedTfjs } from './prepared';

const environment = path.join(preparedFolder, 'python');
const python = path.join(environment, 'bin', 'python');
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { stdio: 'inherit', env: { ...process.env, UNDERSTUDY_TFJS: preparedTfjs } });

if (!existsSync(preparedTfjs)) {
  run('python3', '-m', 'venv', environment);
  run(python, '-m', 'pip', 'install', '--quiet', 'tensorflow-cpu');
  run('npx', 'tsx', 'src/cli/main.ts', 'gpu', 'setup', '--python', python);
}
