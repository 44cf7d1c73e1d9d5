import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ENTRY = join(__dirname, '../../src/cli/main.ts');

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the command line with these arguments, its data kept in `data`. */
export function start(data: string, ...args: string[]): { child: ChildProcess; end: Promise<Outcome> } {
  const env = { ...process.env, HOME: data, XDG_DATA_HOME: data, LOCALAPPDATA: data };
  const child = spawn(process.execPath, ['--import', 'tsx', ENTRY, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (output.stdout += text));
  child.stderr.on('data', (text) => (output.stderr += text));
  return { child, end: once(child, 'close').then(([code]) => ({ code, ...output })) };
}

export async function understudy(data: string, ...args: string[]): Promise<Outcome> {
  return await start(data, ...args).end;
}
