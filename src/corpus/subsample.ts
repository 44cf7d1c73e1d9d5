import { statSync } from 'node:fs';
import type { FoundFile } from './discover';
import { EventLoopYielder } from './event-loop-yielder';
import { MAX_BYTES } from './read';

export interface SubsampledFiles {
  readonly files: FoundFile[];
  /** Bytes of all files, whether chosen or not; those too large to be usable count nothing. */
  readonly bytes: number;
}

/**
 * A sample of the files (see `sampleBySize`) of at most `mostBytes` in all; all of them where they are no more than
 * that. `onSize` is told after every file that was asked for its size.
 */
export async function subsampleFiles(
  files: readonly FoundFile[],
  mostBytes: number,
  signal?: AbortSignal,
  onSize?: () => void,
): Promise<SubsampledFiles> {
  const sizes = await sizesOf(files, signal, onSize);
  const isChosen = subsampleBySize(sizes, mostBytes);
  return { files: files.filter((_, index) => isChosen[index]), bytes: total(sizes) };
}

/**
 * Whether each file is in a sample of at most `most` in all, the same one each time. With files in path order each
 * folder keeps its share: every file adds its part to a budget, and a file that fits into the budget is chosen.
 */
function subsampleBySize(sizes: readonly number[], most: number): boolean[] {
  const share = Math.min(1, most / total(sizes));
  if (share === 1) {
    return sizes.map(() => true);
  }
  let budget = 0;
  return sizes.map((size) => {
    budget += size * share;
    if (size > budget) {
      return false;
    }
    budget -= size;
    return true;
  });
}

/** Files of at most `most` characters in all, a sample (see `sampleBySize`) where there are more. */
export function subsample<File extends { readonly symbols: Uint8Array }>(files: readonly File[], most: number): File[] {
  const isChosen = subsampleBySize(
    files.map(({ symbols }) => symbols.length),
    most,
  );
  return files.filter((_, index) => isChosen[index]);
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** At once, as files are read (read.ts): asking through the event loop takes ten times as long. */
async function sizesOf(files: readonly FoundFile[], signal?: AbortSignal, onSize?: () => void): Promise<number[]> {
  const turns = new EventLoopYielder(signal);
  const sizes: number[] = [];
  signal?.throwIfAborted();
  for (const { realPath } of files) {
    await turns.yieldIfDue();
    sizes.push(sizeOf(realPath));
    onSize?.();
  }
  return sizes;
}

/** A file that is gone or too large to be usable is left to whoever reads it, who tells why. */
function sizeOf(path: string): number {
  try {
    const { size } = statSync(path);
    return size > MAX_BYTES ? 0 : size;
  } catch {
    return 0;
  }
}
