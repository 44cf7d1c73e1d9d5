import { fork } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Result of a self-test, and its log. */
export interface SelfTestOutcome {
  /** A `SelfTest`; null where the process failed. */
  readonly result: unknown;
  /** Output of TensorFlow. */
  readonly log: string;
}

/** Runs `understudy gpu self-test` in a process of its own; `program` is the command line's file. */
export async function runSelfTest(
  program: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<SelfTestOutcome> {
  // A debugger's port can be held by one process only.
  const execArgv = process.execArgv.filter((argument) => !argument.startsWith('--inspect'));
  const child = fork(program, ['gpu', 'self-test'], {
    env,
    execArgv,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    signal,
  });
  // Ended by the signal; whoever aborted it knows.
  child.on('error', () => {});
  const [output, log] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { result: parseOrNull(output), log };
}

function parseOrNull(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
