import { printableJson, printableLines } from '../protocol/printable';

/** Where text leaves the command line: nothing that it quotes, a file's name for example, is obeyed by the terminal. */

/** A result, on standard output. */
export function print(text: string): void {
  process.stdout.write(`${printableLines(text)}\n`);
}

/** A result as one line of JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${printableJson(value)}\n`);
}

/** Progress or an error, on standard error. */
export function say(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}

/**
 * Ends a command whose output cannot be written. A reader that has seen enough (`understudy sample … | head`) is no
 * failure; a full disk is.
 */
export function endWithoutOutput(error: NodeJS.ErrnoException): never {
  const isClosed = isReaderGone(error);
  if (!isClosed) {
    say(`understudy: Standard output cannot be written (${error.code}).`);
  }
  process.exit(isClosed ? 0 : 1);
}

/** Whether the reader has closed the pipe or terminal. */
export function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'EOF' || code === 'EIO';
}
