import { type ExecFileOptions, execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

/** Programs that the set-up runs are run like this. */
export interface Running {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** Output of a program; also on the error of one that failed. */
export interface Written {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end. One that is ended by the signal has ended when this rejects: nothing it writes comes
 * later.
 */
export async function run(file: string, args: string[], options: Running & ExecFileOptions): Promise<Written> {
  const running = promisify(execFile)(file, args, { ...options, encoding: 'utf8' });
  try {
    return await running;
  } catch (error) {
    const { pid, exitCode, signalCode } = running.child;
    if (options.signal?.aborted && pid !== undefined && exitCode === null && signalCode === null) {
      await once(running.child, 'exit');
    }
    throw error;
  }
}

/** Last line of a program's output. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'no reason given';
}
