import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { selfTest } from '../engine/tfjs/self-test';
import { currentSetup, removeTfjs, type Setup, setUpTfjs } from '../engine/tfjs/setup';
import { UserError } from '../protocol/user-error';
import { jsonOption } from './options';

export function gpuCommand(): Command {
  return new Command('gpu')
    .description('set up training on an NVIDIA GPU, by TensorFlow')
    .addCommand(
      new Command('setup')
        .description('fetch tfjs-node-gpu from npm and bind it to a TensorFlow installed for Python')
        .option('--python <path>', 'the Python that has TensorFlow (default: the active environment, .venv, python3)')
        .addOption(jsonOption())
        .action(setUp),
    )
    .addCommand(
      new Command('status')
        .description('tell what is set up, and whether it works')
        .addOption(jsonOption())
        .action(status),
    )
    .addCommand(
      new Command('remove').description('delete what setup has fetched').addOption(jsonOption()).action(remove),
    )
    .addCommand(new Command('self-test').action(printSelfTest), { hidden: true });
}

async function setUp({ python, json }: { python?: string; json?: boolean }): Promise<void> {
  const setup = await setUpTfjs({
    python: python ?? null,
    env: process.env,
    selfTest: runSelfTest,
    report: (line) => console.error(line),
  });
  print(setup, json);
}

async function status({ json }: { json?: boolean }): Promise<void> {
  const setup = currentSetup();
  if (setup === null) throw new UserError('Nothing is set up: run "understudy gpu setup".');
  const { result, log } = await runSelfTest(process.env);
  if (result === null) {
    const reason = log.trim().split('\n').at(-1);
    throw new UserError(`The set-up no longer works (${reason}): run "understudy gpu setup" again.`);
  }
  print(setup, json);
}

async function remove({ json }: { json?: boolean }): Promise<void> {
  const removed = await removeTfjs();
  console.log(json ? JSON.stringify({ removed }) : removed ? 'Removed.' : 'Nothing was set up.');
}

async function printSelfTest(): Promise<void> {
  console.log(JSON.stringify(await selfTest()));
}

/** `understudy gpu self-test` in a process of its own; the result is null where that process failed. */
async function runSelfTest(env: NodeJS.ProcessEnv): Promise<{ result: unknown; log: string }> {
  const command = [...process.execArgv, process.argv[1], 'gpu', 'self-test'];
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, log] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { result: parseOrNull(output), log };
}

function parseOrNull(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function print(setup: Setup, json: boolean | undefined): void {
  const { version, gpu } = setup.selfTest;
  const device = gpu ? 'trains on the GPU (CUDA)' : 'trains on the processor';
  const lines = [
    `TensorFlow ${version} in ${setup.tensorflow.folder} ${device}.`,
    setup.whyNoGpu ?? 'Use it: --engine tfjs',
  ];
  console.log(json ? JSON.stringify(setup) : lines.join('\n'));
}
