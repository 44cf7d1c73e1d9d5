import { Command } from 'commander';
import { selfTest } from '../engine/tfjs/self-test';
import { runSelfTest } from '../engine/tfjs/self-test-process';
import { currentSetup, removeTfjs, type Setup, setUpTfjs, whatWasSetUp } from '../engine/tfjs/setup';
import { UserError } from '../protocol/user-error';
import { jsonOption } from './options';
import { print, printJson, say } from './output';

export function gpuCommand(): Command {
  return new Command('gpu')
    .description('set up training on an NVIDIA GPU, by TensorFlow')
    .addCommand(
      new Command('setup')
        .description(
          'fetch tfjs-node-gpu from npm and bind it to a TensorFlow installed for Python, or else to its own download',
        )
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
    folders: [process.cwd()],
    env: process.env,
    selfTest: (env) => runSelfTest(process.argv[1]!, env),
    report: say,
  });
  show(setup, json);
}

async function status({ json }: { json?: boolean }): Promise<void> {
  const setup = currentSetup();
  if (setup === null) {
    throw new UserError('Nothing is set up: run "understudy gpu setup".');
  }
  const { result, log } = await runSelfTest(process.argv[1]!, process.env);
  if (result === null) {
    const reason = log.trim().split('\n').at(-1);
    throw new UserError(`The set-up no longer works (${reason}): run "understudy gpu setup" again.`);
  }
  show(setup, json);
}

async function remove({ json }: { json?: boolean }): Promise<void> {
  const removed = await removeTfjs();
  if (json) {
    printJson({ removed });
  } else {
    print(removed ? 'Removed.' : 'Nothing was set up.');
  }
}

async function printSelfTest(): Promise<void> {
  printJson(await selfTest());
}

function show(setup: Setup, json: boolean | undefined): void {
  if (json) {
    printJson(setup);
  } else {
    print(whatWasSetUp(setup));
  }
}
