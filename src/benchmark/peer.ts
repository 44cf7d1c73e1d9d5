import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { packageRoot } from '../addon/package-root';

/** Greeting of a peer process: its version of PyTorch, and whether it supports bf16. */
export interface Greeting {
  readonly torch: string;
  readonly bf16?: boolean;
}

/** A peer in another process that answers one request at a time, so that it and the engine can take turns. */
export class Peer {
  readonly greeting: Greeting;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ChildProcess, lines: Interface, greeting: Greeting) {
    this.greeting = greeting;
    this.#process = process;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** Starts `peers/<script>` with `python`; null where that fails, for example because torch is not installed. */
  static async start(python: string, script: string): Promise<Peer | null> {
    const path = join(packageRoot(), 'src', 'benchmark', 'peers', script);
    if (!existsSync(path)) {
      return null;
    }
    const process = spawn(python, [path], { stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = createInterface({ input: process.stdout });
    const greeting = await Promise.race([
      once(lines, 'line').then(([line]) => JSON.parse(line) as Greeting),
      once(process, 'error').then(
        () => null,
        () => null,
      ),
      once(process, 'exit').then(() => null),
    ]).catch(() => null);
    return greeting && new Peer(process, lines, greeting);
  }

  /** Seconds that the peer measured for a request. */
  async seconds(request: object): Promise<number> {
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) {
      throw new Error('The PyTorch peer ended early.');
    }
    return (JSON.parse(value) as { seconds: number }).seconds;
  }

  close(): void {
    this.#process.stdin?.end();
  }
}
