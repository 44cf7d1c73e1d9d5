import type { CorpusFile } from '../corpus/corpus';
import type { Predictor } from '../engine/engine';
import type { Memory } from '../memory/memory';
import { LINE_FEED_SYMBOL } from '../python/alphabet';

/**
 * Bits per character of a memory, alone or with a network: as it is, and learning every character once it was
 * predicted.
 */
export interface MemoryBits {
  readonly frozen: number;
  readonly adapting: number;
}

/** A file, and what the network says of each of its symbols, [length, 98], where there is a network. */
export interface PredictedFile {
  readonly file: CorpusFile;
  readonly predictions: Float32Array | null;
}

/** Reads the files, first without learning, then learning; afterwards the memory knows them. */
export async function memoryBits(memory: Memory, files: readonly PredictedFile[]): Promise<MemoryBits> {
  let [frozen, adapting, characters] = [0, 0, 0];
  for (const { file, predictions } of files) {
    frozen += sum(memory.open(file.name).costs(file.symbols, predictions));
    characters += file.symbols.length;
  }
  for (const { file, predictions } of files) {
    adapting += sum(await memory.open(file.name).train(file.symbols, predictions));
  }
  return { frozen: frozen / characters, adapting: adapting / characters };
}

/** The first files with so many characters in all; the last one is cut. */
export function firstCharacters(files: readonly CorpusFile[], characters: number): CorpusFile[] {
  const first: CorpusFile[] = [];
  for (const file of files) {
    if (characters <= 0) {
      break;
    }
    first.push({ ...file, symbols: file.symbols.subarray(0, characters) });
    characters -= file.symbols.length;
  }
  return first;
}

/** Predictions of a network for each symbol of a file, [length, 98]; the file begins after a line feed. */
export async function predictionsOn(predictor: Predictor, { symbols }: CorpusFile): Promise<Float32Array> {
  const inputs = new Uint8Array(symbols.length);
  inputs[0] = LINE_FEED_SYMBOL;
  inputs.set(symbols.subarray(0, -1), 1);
  return await predictor.readEach(predictor.initialState(), inputs);
}

function sum(bits: Float32Array): number {
  return bits.reduce((total, cost) => total + cost, 0);
}
