import { decode, encodingExists } from 'iconv-lite';

/** PEP 263, in the first line, or in the second where the first is blank or a comment. */
const CODING_LINE = /^(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))??[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)/;

/** Longest head of a file in which a coding line is looked for, in bytes. */
const HEAD = 1024;

export type Decoded = { text: string } | { reason: string };

/**
 * Text of a Python file as Python itself would decode it: UTF-8 with or without byte order mark, or what its
 * coding line names; or the reason why that is not possible.
 */
export function decodeSource(bytes: Uint8Array): Decoded {
  if (bytes.includes(0)) {
    return { reason: 'a binary file: it contains NUL bytes' };
  }
  const declared = declaredEncoding(bytes);
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (hasMark || declared === null || /^utf-?8/.test(declared)) {
    return decodeUtf8(bytes);
  }
  if (!encodingExists(declared)) {
    return { reason: `its coding line names the unknown encoding ${declared}` };
  }
  const text = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), declared);
  // An encoding that does not hold ASCII as it is (UTF-16, base64 …) cannot be the one the coding line is written in.
  const isItself = CODING_LINE.test(text);
  return isItself && !text.includes('\ufffd') ? { text } : { reason: `not valid ${declared}, its declared encoding` };
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, HEAD))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  const name = CODING_LINE.exec(head)?.[1];
  if (name === undefined) {
    return null;
  }
  // Emacs writes line ends into the name: "utf-8-unix".
  return name
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/-(unix|dos|mac)$/, '');
}

function decodeUtf8(bytes: Uint8Array): Decoded {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { reason: 'not valid UTF-8, and no coding line names another encoding' };
  }
}
