import * as v from 'valibot';
import { UserError } from '../protocol/user-error';

/**
 * The safetensors format (huggingface.co/docs/safetensors), float32 tensors only: eight bytes with the header's
 * length, little-endian; the header, JSON with each tensor's type, shape and place; the tensors' bytes, without gaps.
 */

export interface StoredTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

const LENGTH_BYTES = 8;

/** A checkpoint of the largest network needs 20 kB; the format itself allows 100 MB. */
const LONGEST_HEADER = 1_000_000;

/** Bytes at a file's start that hold its header, whatever else it holds. */
export const LONGEST_START = LENGTH_BYTES + LONGEST_HEADER;

const Offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const TensorEntry = v.object({
  dtype: v.string(),
  shape: v.array(Offset),
  data_offsets: v.tuple([Offset, Offset]),
});
type TensorEntry = v.InferOutput<typeof TensorEntry>;
const Metadata = v.record(v.string(), v.string());

/**
 * Pieces of a file with these tensors, in this order, and this metadata; the tensors' are their own bytes, not copied.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  const entries: Record<string, unknown> = { __metadata__: metadata };
  let dataLength = 0;
  for (const [name, { shape, data }] of tensors) {
    if (elementsOf(shape) !== data.length) {
      throw new Error(`${name} has ${data.length} elements for shape [${shape}]`);
    }
    entries[name] = { dtype: 'F32', shape, data_offsets: [dataLength, dataLength + data.byteLength] };
    dataLength += data.byteLength;
  }
  const header = alignedHeader(entries);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  return [length, header, ...[...tensors.values()].map(({ data }) => bytesOf(data))];
}

/**
 * Metadata of a file of which at least the first `LONGEST_START` bytes are given; throws UserError as
 * `decodeSafetensors`.
 */
export function decodeMetadata(start: Uint8Array): Record<string, string> {
  return parseHeader(headerOf(start)).metadata;
}

/** Tensors (copied) in the file's order, and metadata; throws UserError on anything malformed. */
export function decodeSafetensors(bytes: Uint8Array): {
  tensors: Map<string, StoredTensor>;
  metadata: Record<string, string>;
} {
  const header = headerOf(bytes);
  const { metadata, entries } = parseHeader(header);
  const dataStart = LENGTH_BYTES + header.length;
  const tensors = new Map<string, StoredTensor>();
  let end = 0;
  for (const [name, entry] of inFileOrder(entries)) {
    end = checkEntry(name, entry, end);
    const [from, to] = entry.data_offsets;
    if (dataStart + to > bytes.length) {
      throw new UserError('The safetensors file is cut short.');
    }
    const data = new Float32Array((to - from) / Float32Array.BYTES_PER_ELEMENT);
    bytesOf(data).set(bytes.subarray(dataStart + from, dataStart + to));
    tensors.set(name, { shape: entry.shape, data });
  }
  if (dataStart + end !== bytes.length) {
    throw malformed('it goes on after its last tensor');
  }
  return { tensors, metadata };
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** The bytes behind an array, not copied. */
export function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The header's JSON, padded with spaces so that the tensors begin at a multiple of eight. */
function alignedHeader(entries: Record<string, unknown>): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const header = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  header.set(json);
  return header;
}

function headerOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length < LENGTH_BYTES) {
    throw new UserError('The safetensors file is cut short.');
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > LONGEST_HEADER) {
    throw new UserError('This is not a safetensors file.');
  }
  const end = LENGTH_BYTES + Number(length);
  if (end > bytes.length) {
    throw new UserError('The safetensors file is cut short, or is not a safetensors file.');
  }
  return bytes.subarray(LENGTH_BYTES, end);
}

/** The format wants an object from the first byte on, and no key twice: readers differ in which one counts. */
function parseHeader(header: Uint8Array): { metadata: Record<string, string>; entries: Record<string, unknown> } {
  const { __metadata__ = {}, ...entries } = parseObject(header);
  if (!v.is(Metadata, __metadata__)) {
    throw malformed('its metadata is not text');
  }
  return { metadata: __metadata__, entries };
}

function parseObject(header: Uint8Array): Record<string, unknown> {
  if (header[0] !== OPENING_BRACE) {
    throw malformed('its header cannot be read');
  }
  let json: string;
  let parsed: unknown;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(header);
    parsed = JSON.parse(json);
  } catch {
    throw malformed('its header cannot be read');
  }
  const repeated = repeatedKey(json);
  if (repeated !== null) {
    throw malformed(`its header has "${repeated}" twice`);
  }
  return v.parse(v.record(v.string(), v.unknown()), parsed);
}

const OPENING_BRACE = 0x7b;

/** A key that an object of this valid JSON has twice, or null. */
function repeatedKey(json: string): string | null {
  const open: Set<string>[] = [];
  for (const [token, key] of json.matchAll(JSON_TOKEN)) {
    if (token === '{') {
      open.push(new Set());
    } else if (token === '}') {
      open.pop();
    } else if (key !== undefined) {
      const name: string = JSON.parse(key);
      const keys = open.at(-1);
      if (keys?.has(name)) {
        return name;
      }
      keys?.add(name);
    }
  }
  return null;
}

/** A brace, a key (the group) or any other string. */
const JSON_TOKEN = /[{}]|("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"/g;

function inFileOrder(entries: Record<string, unknown>): [string, TensorEntry][] {
  const tensors = Object.entries(entries).map(([name, entry]): [string, TensorEntry] => {
    if (!v.is(TensorEntry, entry)) {
      throw malformed(`its entry for "${name}" cannot be read`);
    }
    return [name, entry];
  });
  return tensors.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
}

/** Checks one tensor against its shape and against where the one before it ended; gives where it ends. */
function checkEntry(
  name: string,
  { dtype, shape, data_offsets: [from, to] }: TensorEntry,
  previousEnd: number,
): number {
  if (dtype !== 'F32') {
    throw malformed(`"${name}" is of type ${dtype}, and only F32 can be read`);
  }
  if (from !== previousEnd || to - from !== elementsOf(shape) * Float32Array.BYTES_PER_ELEMENT) {
    throw malformed(`the place of "${name}" does not fit its shape`);
  }
  return to;
}

function malformed(reason: string): UserError {
  return new UserError(`The safetensors file is damaged: ${reason}.`);
}
