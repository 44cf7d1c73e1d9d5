import { closeSync, constants, fstatSync, openSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { replaceFileAtomically } from './durable-file';
import { parseJson } from './json';
import { FILE_MODE } from './private-folder';
import { notRegular, readRegularFileSync } from './regular-file';

/** A month of training writes about half of it. */
const LARGEST = 256 * 1024 * 1024;

/** A link would lead out of the folder, and opening a FIFO would wait for a reader. Windows has neither flag. */
const FLAGS =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** Adds a line to a file of JSON lines, which is for its owner alone. */
export function appendLine(path: string, value: object): void {
  const file = openSync(path, FLAGS, FILE_MODE);
  try {
    if (!fstatSync(file).isFile()) {
      throw notRegular(path);
    }
    writeFileSync(file, `${JSON.stringify(value)}\n`);
  } finally {
    closeSync(file);
  }
}

/**
 * The lines that fit `schema`; a line torn by a kill or a full disk does not. Empty where there is no file.
 *
 * @param containing text without which a line does not fit: most of a large file need not be parsed then
 */
export function readLines<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
  containing = '',
): v.InferOutput<Schema>[] {
  return linesOf(path).flatMap((line) => {
    if (!line.includes(containing)) {
      return [];
    }
    const parsed = v.safeParse(schema, parsedLine(line));
    return parsed.success ? [parsed.output] : [];
  });
}

/** The last line that fits `schema`, without parsing those before it; null where there is none. */
export function readLastLine<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): v.InferOutput<Schema> | null {
  for (const line of linesOf(path).reverse()) {
    const parsed = v.safeParse(schema, parsedLine(line));
    if (parsed.success) {
      return parsed.output;
    }
  }
  return null;
}

/** Drops torn lines and those that `keep` rejects. */
export async function keepLines<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
  keep: (value: v.InferOutput<Schema>) => boolean,
): Promise<void> {
  const kept = readLines(path, schema).filter(keep);
  await replaceFileAtomically(path, kept.map((value) => `${JSON.stringify(value)}\n`).join(''));
}

function linesOf(path: string): string[] {
  try {
    return readRegularFileSync(path, LARGEST).toString('utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

function parsedLine(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}
