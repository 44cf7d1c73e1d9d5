import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Forks a process from one of our own entry files; what it prints goes to the log, a line at a time. */
export function forkEntry(
  entry: string,
  nodeOptions: readonly string[],
  log: (line: string) => void,
  options: Pick<ForkOptions, 'serialization'> = {},
): ChildProcess {
  // A debugger's port can be held by one process only.
  const inherited = process.execArgv.filter((argument) => !argument.startsWith('--inspect'));
  const execArgv = [...new Set([...inherited, ...nodeOptions])];
  const child = fork(entry, { ...options, execArgv, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface(stream).on('line', log);
  }
  return child;
}
