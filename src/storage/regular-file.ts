import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/** Opening a FIFO without it would wait for a writer, for ever; Windows has neither. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Bytes read at a time, so that a file which grows meanwhile is noticed. */
const BLOCK = 1 << 20;

/**
 * Content of a regular file of at most `maxBytes`. Anything else is refused before it is read: a FIFO, a device or a socket
 * (`ENOTREG`), a folder (`EISDIR`), and a larger file (`EFBIG`), so that no path can hang the process or fill its memory.
 *
 * @throws an error with a `code`, as the system's own have; the signal's reason when it is aborted
 */
export async function readRegularFile(path: string, maxBytes: number, signal?: AbortSignal): Promise<Buffer> {
  signal?.throwIfAborted();
  const file = await open(path, FLAGS);
  try {
    const stats = await file.stat();
    refuse(path, stats, maxBytes);
    const blocks: Buffer[] = [];
    for (let length = 0; ; ) {
      signal?.throwIfAborted();
      const block = Buffer.allocUnsafe(Math.min(BLOCK, Math.max(1, Number(stats.size) - length + 1)));
      const { bytesRead } = await file.read(block, 0, block.length, null);
      if (bytesRead === 0) return Buffer.concat(blocks);
      blocks.push(block.subarray(0, bytesRead));
      length += bytesRead;
      if (length > maxBytes) throw tooLarge(path);
    }
  } finally {
    await file.close();
  }
}

/** The same, at once. */
export function readRegularFileSync(path: string, maxBytes: number): Buffer {
  const file = openSync(path, FLAGS);
  try {
    const stats = fstatSync(file);
    refuse(path, stats, maxBytes);
    const blocks: Buffer[] = [];
    for (let length = 0; ; ) {
      const block = Buffer.allocUnsafe(Math.min(BLOCK, Math.max(1, stats.size - length + 1)));
      const bytesRead = readSync(file, block, 0, block.length, null);
      if (bytesRead === 0) return Buffer.concat(blocks);
      blocks.push(block.subarray(0, bytesRead));
      length += bytesRead;
      if (length > maxBytes) throw tooLarge(path);
    }
  } finally {
    closeSync(file);
  }
}

function refuse(path: string, stats: Stats, maxBytes: number): void {
  if (stats.isDirectory()) throw withCode('EISDIR', `${path} is a folder`);
  if (!stats.isFile()) throw withCode('ENOTREG', `${path} is not a regular file`);
  if (stats.size > maxBytes) throw tooLarge(path);
}

function tooLarge(path: string): Error {
  return withCode('EFBIG', `${path} is too large`);
}

function withCode(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
