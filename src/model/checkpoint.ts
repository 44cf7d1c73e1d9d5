import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import { CELLS } from '../protocol/choices';
import { OperatingPoints } from '../protocol/training-events';
import { UserError } from '../protocol/user-error';
import { ALPHABET_SIZE, decode } from '../python/alphabet';
import { replaceFileAtomically } from '../storage/durable-file';
import { fileErrorReason } from '../storage/file-errors';
import { parseJson } from '../storage/json';
import { readRegularFile, readStart } from '../storage/regular-file';
import type { ModelConfig } from './config';
import { parameterCount, parameterLayout } from './layout';
import { checkModel } from './limits';
import {
  bytesOf,
  decodeMetadata,
  decodeSafetensors,
  encodeSafetensors,
  LONGEST_START,
  type StoredTensor,
} from './safetensors';

/**
 * A checkpoint is one safetensors file: the parameters under TensorFlow's names, metadata in its header, each value
 * as JSON. The newest of a run also holds what training needs to go on exactly: Adam's moments under the names of
 * TensorFlow's slots (`…/Adam`, `…/Adam_1`), what the parameters are an average of (`…/unaveraged`), the recurrent
 * state and the position in the corpus.
 */

export const FORMAT_VERSION = 1;

/** The symbols in order, as text. */
export const ALPHABET = decode(Array.from({ length: ALPHABET_SIZE }, (_, symbol) => symbol));

const FIRST_MOMENT = '/Adam';
const SECOND_MOMENT = '/Adam_1';
const UNAVERAGED = '/unaveraged';
const HIDDEN = 'hidden';

const Size = v.pipe(v.number(), v.integer(), v.minValue(1));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Metadata = v.object({
  formatVersion: v.literal(FORMAT_VERSION),
  /** The first versions knew one cell and did not name it. */
  model: v.object({ cell: v.optional(v.picklist(CELLS), 'gru'), layers: Size, units: Size }),
  /** `ALPHABET`; a file with another one cannot be used. */
  alphabet: v.literal(ALPHABET),
  /** Epochs trained, a real number. */
  epoch: v.pipe(v.number(), v.minValue(0)),
  /** Optimiser steps taken. */
  step: Count,
  trainBpc: v.nullable(v.number()),
  validationBpc: v.nullable(v.number()),
  validationAccuracy: v.nullable(v.number()),
  corpusFingerprint: v.string(),
  preset: v.string(),
  /** Null where suggestions were not tried out, as before the end of a training; older files lack it. */
  operatingPoints: v.optional(v.nullable(OperatingPoints), null),
});
export type CheckpointMetadata = v.InferOutput<typeof Metadata>;

/** Rows and steps of a minibatch; no request may ask for more (training/recipe.ts). */
const MinibatchSize = v.pipe(Size, v.maxValue(4096));
const Continuation = v.object({
  batch: MinibatchSize,
  seqlen: MinibatchSize,
  position: v.record(v.string(), v.unknown()),
});

/** Training state beside the parameters, which a resumed training needs to go on exactly. */
export interface FullState {
  /**
   * Parameters [parameterCount] that steps change, where the file's are an average of them; null where the file's are
   * they.
   */
  readonly unaveraged: Float32Array | null;
  /** Adam's moments, [parameterCount] each. */
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** [layers, batch, units] */
  readonly hidden: Float32Array;
  readonly batch: number;
  readonly seqlen: number;
  /** Whatever else the training loop keeps, as JSON. */
  readonly position: Record<string, unknown>;
}

export interface Checkpoint {
  readonly metadata: CheckpointMetadata;
  /** [parameterCount], in the order of `parameterLayout`. */
  readonly parameters: Float32Array;
  /** Null where the file holds a model to use, not a training to go on with. */
  readonly full: FullState | null;
}

/** Replaces the file at `path` atomically. Where that fails (a full disk) the old one stays, as a UserError says. */
export async function writeCheckpointFile(
  path: string,
  parameters: Float32Array,
  metadata: CheckpointMetadata,
  full?: FullState,
): Promise<void> {
  const { model } = metadata;
  const tensors = splitIntoTensors(model, parameters, '');
  const fields: Record<string, unknown> = { ...metadata };
  if (full) {
    const add = (vector: Float32Array, suffix: string) => {
      for (const [name, tensor] of splitIntoTensors(model, vector, suffix)) {
        tensors.set(name, tensor);
      }
    };
    if (full.unaveraged) {
      add(full.unaveraged, UNAVERAGED);
    }
    add(full.firstMoment, FIRST_MOMENT);
    add(full.secondMoment, SECOND_MOMENT);
    tensors.set(HIDDEN, { shape: [model.layers, full.batch, model.units], data: full.hidden });
    Object.assign(fields, { batch: full.batch, seqlen: full.seqlen, position: full.position });
  }
  const header = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, JSON.stringify(value)]));
  const pieces = encodeSafetensors(tensors, { ...header, checksum: await checksumOf(tensors, header) });
  try {
    await replaceFileAtomically(path, pieces);
  } catch (error) {
    throw notWritten(path, error);
  }
}

/**
 * A file that anybody may have made: its configuration is checked before anything of its size is read or allocated.
 *
 * @throws UserError where it is missing, cut short, edited, of a newer version, of another alphabet or larger than any
 * network
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const start = await reading(path, () => readStart(path, LONGEST_START));
  const largest = LONGEST_START + (await decoding(path, () => largestData(decodeMetadata(start))));
  const bytes = await reading(path, () => readRegularFile(path, largest));
  return await decoding(path, () => decodeCheckpoint(bytes));
}

/** Says what the file has that is not as it should be, and where it is. */
async function decoding<T>(path: string, decode: () => T | Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const reason = error.message.replace(/\.$/, '');
    throw new UserError(`${reason} (${path}); choose another checkpoint or train again.`);
  }
}

/** Bytes of all tensors: the model, what it is an average of, Adam's moments and the recurrent state. */
function largestData(header: Record<string, string>): number {
  const { model } = parseMetadata(header);
  const rows = 'batch' in header ? parseContinuation(header).batch : 0;
  return Float32Array.BYTES_PER_ELEMENT * (4 * parameterCount(model) + model.layers * rows * model.units);
}

async function decodeCheckpoint(bytes: Uint8Array): Promise<Checkpoint> {
  const { tensors, metadata: header } = decodeSafetensors(bytes);
  const metadata = parseMetadata(header);
  const { checksum, ...fields } = header;
  if (checksum !== (await checksumOf(tensors, fields))) {
    throw new UserError('The checkpoint was damaged or edited: its checksum does not match');
  }

  const { model } = metadata;
  const parameters = joinTensors(model, tensors, '');
  if (!tensors.has(HIDDEN)) {
    return { metadata, parameters, full: null };
  }

  const { batch, seqlen, position } = parseContinuation(header);
  const isAverage = [...tensors.keys()].some((name) => name.endsWith(UNAVERAGED));
  return {
    metadata,
    parameters,
    full: {
      unaveraged: isAverage ? joinTensors(model, tensors, UNAVERAGED) : null,
      firstMoment: joinTensors(model, tensors, FIRST_MOMENT),
      secondMoment: joinTensors(model, tensors, SECOND_MOMENT),
      hidden: tensorOf(tensors, HIDDEN, [model.layers, batch, model.units]),
      batch,
      seqlen,
      position,
    },
  };
}

function parseMetadata(header: Record<string, string>): CheckpointMetadata {
  const fields = parseFields(header);
  const version = fields.formatVersion;
  if (typeof version !== 'number') {
    throw new UserError('The file is not an Understudy checkpoint');
  }
  if (version > FORMAT_VERSION) {
    throw new UserError(`The checkpoint is of format version ${version}, which needs a newer Understudy`);
  }
  if (fields.alphabet !== ALPHABET) {
    throw new UserError('The checkpoint was trained with another alphabet');
  }
  const metadata = validated(Metadata, fields);
  checkModel(metadata.model);
  return metadata;
}

function parseContinuation(header: Record<string, string>): v.InferOutput<typeof Continuation> {
  return validated(Continuation, parseFields(header));
}

function parseFields(header: Record<string, string>): Record<string, unknown> {
  const { checksum: _, ...fields } = header;
  try {
    return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, parseJson(value)]));
  } catch {
    throw new UserError('The file is not an Understudy checkpoint');
  }
}

function validated<Schema extends v.GenericSchema>(schema: Schema, fields: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, fields);
  if (result.success) {
    return result.output;
  }
  throw new UserError(
    `The checkpoint was damaged or edited: its ${v.getDotPath(result.issues[0])} is missing or wrong`,
  );
}

/** Flat vector [parameterCount] → one tensor per name, its name ending in `suffix`; nothing is copied. */
function splitIntoTensors(model: ModelConfig, vector: Float32Array, suffix: string): Map<string, StoredTensor> {
  return new Map(
    parameterLayout(model).map(({ name, shape, offset, length }) => [
      name + suffix,
      { shape, data: vector.subarray(offset, offset + length) },
    ]),
  );
}

/** Inverse of `splitIntoTensors`. */
function joinTensors(model: ModelConfig, tensors: ReadonlyMap<string, StoredTensor>, suffix: string): Float32Array {
  // All are there before a vector of their size is made.
  const parts = parameterLayout(model).map(({ name, shape, offset }) => ({
    data: tensorOf(tensors, name + suffix, shape),
    offset,
  }));
  const vector = new Float32Array(parameterCount(model));
  for (const { data, offset } of parts) {
    vector.set(data, offset);
  }
  return vector;
}

function tensorOf(tensors: ReadonlyMap<string, StoredTensor>, name: string, shape: readonly number[]): Float32Array {
  const tensor = tensors.get(name);
  if (tensor?.shape.join() !== shape.join()) {
    throw new UserError(`The checkpoint was edited: it has no "${name}" of shape [${shape.join(', ')}]`);
  }
  return tensor.data;
}

/**
 * SHA-256 over everything the file says, whatever the order it says it in. 50 MB take a while: other work gets its turn
 * between tensors.
 */
async function checksumOf(
  tensors: ReadonlyMap<string, StoredTensor>,
  header: Readonly<Record<string, string>>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const key of Object.keys(header).sort()) {
    hash.update(JSON.stringify([key, header[key]]));
  }
  for (const name of [...tensors.keys()].sort()) {
    const { shape, data } = tensors.get(name) as StoredTensor;
    hash.update(JSON.stringify([name, shape])).update(bytesOf(data));
    await setImmediate();
  }
  return hash.digest('hex');
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new UserError(`There is no checkpoint at ${path}; train first, or check the path.`);
    }
    const reason = fileErrorReason(error);
    throw reason === null ? error : new UserError(`The checkpoint ${path} cannot be read: ${reason}.`);
  }
}

function notWritten(path: string, error: unknown): unknown {
  const reason = fileErrorReason(error);
  if (reason === null) {
    return error;
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UserError(
      `The disk is full, so the checkpoint ${path} was not written; free some space, then resume the training.`,
    );
  }
  return new UserError(`The checkpoint ${path} was not written: ${reason}.`);
}
