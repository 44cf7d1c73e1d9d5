import type { CorpusFile } from '../corpus/corpus';
import { decode } from '../python/alphabet';

/** A piece of a file to type, from `from` to before `to`; what stands before it has been typed already. */
export interface Excerpt {
  /** The file's, relative to its folder. */
  readonly name: string;
  /** The whole file. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const STRETCH = 1500;

/** About so many characters of the files to type, in stretches spread evenly over them that begin at a line. */
export function excerptsOf(files: readonly CorpusFile[], characters: number): Excerpt[] {
  const total = files.reduce((sum, { symbols }) => sum + symbols.length, 0);
  const count = Math.ceil(Math.min(characters, total) / STRETCH);
  return Array.from({ length: count }, (_, i) => stretchAt(files, Math.floor((i * total) / count)));
}

/** The stretch at so many characters from the start of all files. */
function stretchAt(files: readonly CorpusFile[], offset: number): Excerpt {
  let file = 0;
  while (offset >= files[file]!.symbols.length) {
    offset -= files[file++]!.symbols.length;
  }
  const { name, symbols } = files[file]!;
  const text = decode(symbols);
  const from = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  return { name, text, from, to: Math.min(text.length, from + STRETCH) };
}
