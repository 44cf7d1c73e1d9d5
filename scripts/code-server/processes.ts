import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Ids of the running processes whose command line names this path. */
export async function processesNaming(path: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,args=']);
  const lines = stdout.split('\n').filter((line) => line.includes(path));
  return lines.map((line) => Number.parseInt(line, 10));
}
