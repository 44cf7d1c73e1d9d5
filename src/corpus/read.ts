import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { encode } from '../text/alphabet';
import { decodeSource } from './decode';

/** Bounds of a usable file, in characters. */
export const MIN_CHARACTERS = 200;
export const MAX_CHARACTERS = 500_000;

/** No encoding needs more: a larger file cannot be usable, and is not read. */
const MAX_BYTES_PER_CHARACTER = 4;

const TOO_LONG = `longer than ${MAX_CHARACTERS.toLocaleString('en')} characters`;
const TOO_SHORT = `shorter than ${MIN_CHARACTERS} characters`;

/** `digest` is of the text, its line ends aside. */
export type ReadFile = { symbols: Uint8Array; digest: string } | { reason: string };

/** Symbols of one Python file, or why it is not usable. */
export async function readPython(path: string, signal?: AbortSignal): Promise<ReadFile> {
  signal?.throwIfAborted();
  let bytes: Buffer | null;
  try {
    bytes = await readSmall(path, signal);
  } catch (error) {
    signal?.throwIfAborted();
    return { reason: `cannot be read (${(error as NodeJS.ErrnoException).code ?? error})` };
  }
  if (bytes === null) return { reason: TOO_LONG };
  const decoded = decodeSource(bytes);
  if ('reason' in decoded) return decoded;
  const symbols = encode(decoded.text);
  if (symbols.length < MIN_CHARACTERS) return { reason: TOO_SHORT };
  if (symbols.length > MAX_CHARACTERS) return { reason: TOO_LONG };
  const digest = createHash('sha256').update(decoded.text.replace(/\r\n?/g, '\n')).digest('hex');
  return { symbols, digest };
}

/** The file's bytes; null where there are too many. */
async function readSmall(path: string, signal?: AbortSignal): Promise<Buffer | null> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > MAX_CHARACTERS * MAX_BYTES_PER_CHARACTER) return null;
    return await file.readFile({ ...(signal && { signal }) });
  } finally {
    await file.close();
  }
}
