import { appendFileSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { replaceFile } from './durable-file';

/** Adds a line to a file of JSON lines. */
export function appendLine(path: string, value: object): void {
  appendFileSync(path, `${JSON.stringify(value)}\n`);
}

/** The lines that fit `schema`; a line torn by a kill or a full disk does not. Empty where there is no file. */
export function readLines<Schema extends v.GenericSchema>(path: string, schema: Schema): v.InferOutput<Schema>[] {
  return linesOf(path).flatMap((line) => {
    const parsed = v.safeParse(schema, parseJson(line));
    return parsed.success ? [parsed.output] : [];
  });
}

/** Drops torn lines and those that `keep` rejects. */
export async function keepLines<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
  keep: (value: v.InferOutput<Schema>) => boolean,
): Promise<void> {
  const kept = readLines(path, schema).filter(keep);
  await replaceFile(path, kept.map((value) => `${JSON.stringify(value)}\n`).join(''));
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
