import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Opening a FIFO without it would wait for a writer, for ever; Windows has neither. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Bytes read at a time, so that an abort is noticed. */
const BLOCK = 1 << 20;

/**
 * Content of a regular file of at most `maxBytes`. Anything else is refused before it is read: a FIFO, a device or a
 * socket (`ENOTREG`), a folder (`EISDIR`), and a larger file (`EFBIG`), so that no path can hang the process or fill
 * its memory.
 *
 * @throws an error with a `code`, as the system's own have; the signal's reason when it is aborted
 */
export async function readRegularFile(path: string, maxBytes: number, signal?: AbortSignal): Promise<Buffer> {
  signal?.throwIfAborted();
  const file = await open(path, FLAGS);
  try {
    const stats = await file.stat();
    refuse(path, stats, maxBytes);
    return await readToEnd(path, file, { size: stats.size, maxBytes, signal });
  } finally {
    await file.close();
  }
}

interface Bounds {
  /** Bytes that the file had when it was opened. */
  readonly size: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

async function readToEnd(path: string, file: FileHandle, { size, maxBytes, signal }: Bounds): Promise<Buffer> {
  let buffer = bufferFor(size);
  for (let length = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, length, Math.min(BLOCK, buffer.length - length), null);
    if (bytesRead === 0) {
      return buffer.subarray(0, length);
    }
    length += bytesRead;
    if (length > maxBytes) {
      throw tooLarge(path);
    }
    if (length === buffer.length) {
      buffer = enlarged(buffer);
    }
  }
}

/** Synchronous version of `readRegularFile`. */
export function readRegularFileSync(path: string, maxBytes: number): Buffer {
  const file = openSync(path, FLAGS);
  try {
    const stats = fstatSync(file);
    refuse(path, stats, maxBytes);
    let buffer = bufferFor(stats.size);
    for (let length = 0; ; ) {
      const bytesRead = readSync(file, buffer, length, buffer.length - length, null);
      if (bytesRead === 0) {
        return buffer.subarray(0, length);
      }
      length += bytesRead;
      if (length > maxBytes) {
        throw tooLarge(path);
      }
      if (length === buffer.length) {
        buffer = enlarged(buffer);
      }
    }
  } finally {
    closeSync(file);
  }
}

/** The first bytes of a regular file of any size: `length`, or as many as it has. @throws as `readRegularFile` */
export async function readStart(path: string, length: number): Promise<Buffer> {
  const file = await open(path, FLAGS);
  try {
    refuse(path, await file.stat(), Number.POSITIVE_INFINITY);
    const start = Buffer.alloc(length);
    for (let filled = 0; ; ) {
      const { bytesRead } = await file.read(start, filled, length - filled, null);
      filled += bytesRead;
      if (bytesRead === 0 || filled === length) {
        return start.subarray(0, filled);
      }
    }
  } finally {
    await file.close();
  }
}

/** One byte more than the file has, so that a file that has grown shows. */
function bufferFor(size: number): Buffer {
  return Buffer.allocUnsafe(size + 1);
}

function enlarged(buffer: Buffer): Buffer {
  return Buffer.concat([buffer], 2 * buffer.length + BLOCK);
}

function refuse(path: string, stats: Stats, maxBytes: number): void {
  if (stats.isDirectory()) {
    throw withCode('EISDIR', `${path} is a folder`);
  }
  if (!stats.isFile()) {
    throw notRegular(path);
  }
  if (stats.size > maxBytes) {
    throw tooLarge(path);
  }
}

export function notRegular(path: string): Error {
  return withCode('ENOTREG', `${path} is not a regular file`);
}

function tooLarge(path: string): Error {
  return withCode('EFBIG', `${path} is too large`);
}

function withCode(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
