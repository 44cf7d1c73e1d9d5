import { createHash } from 'node:crypto';
import { encode } from '../python/alphabet';
import { readRegularFileSync } from '../storage/regular-file';
import { decodeSource } from './decode';

/** Bounds of a usable file, in characters. */
const MIN_CHARACTERS = 200;
export const MAX_CHARACTERS = 500_000;

/** No encoding needs more than four bytes a character: a larger file cannot be usable, and is not read. */
export const MAX_BYTES = 4 * MAX_CHARACTERS;

const TOO_LONG = `longer than ${MAX_CHARACTERS.toLocaleString('en')} characters`;
const TOO_SHORT = `shorter than ${MIN_CHARACTERS} characters`;

/** `digest` is of the text, its line ends aside. */
export type ReadPython = { symbols: Uint8Array; digest: string } | { reason: string };

/**
 * Symbols of one Python file, or why it is not usable. At once: four turns of the event loop a file would take ten
 * times as long as reading a small one.
 */
export function readPython(path: string): ReadPython {
  let bytes: Buffer;
  try {
    bytes = readRegularFileSync(path, MAX_BYTES);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EFBIG') {
      return { reason: TOO_LONG };
    }
    return { reason: code === 'ENOTREG' ? 'not a regular file' : `cannot be read (${code ?? error})` };
  }
  const decoded = decodeSource(bytes);
  if ('reason' in decoded) {
    return decoded;
  }
  const symbols = encode(decoded.text);
  if (symbols.length < MIN_CHARACTERS) {
    return { reason: TOO_SHORT };
  }
  if (symbols.length > MAX_CHARACTERS) {
    return { reason: TOO_LONG };
  }
  const digest = createHash('sha256').update(decoded.text.replace(/\r\n?/g, '\n')).digest('hex');
  return { symbols, digest };
}
