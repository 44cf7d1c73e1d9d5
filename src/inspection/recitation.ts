import { EventLoopYielder } from '../corpus/event-loop-yielder';
import { LINE_FEED_SYMBOL, symbolOf } from '../python/alphabet';

/** Fewest characters that count as recited, and of them those that are no white space: 40 spaces recite nothing. */
const LEAST_RECITED = 40;
const LEAST_VISIBLE = 20;

/**
 * Windows of so many symbols are indexed, at every multiple of `SPACING` in a file. Of any 40 symbols that stand in it,
 * at most 15 come before the first such multiple, so that the window there is among them.
 */
const WINDOW = 25;
const SPACING = 16;

/** Odd, so that no symbol is lost in products modulo 2³²; its power for the symbol that leaves the window. */
const BASE = 0x01000193;
const LEAVING = Array.from({ length: WINDOW }).reduce<number>((power) => Math.imul(power, BASE), 1);

/** Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4): 2³² / golden ratio. */
const GOLDEN = 0x9e3779b1;

/** Windows between two looks at the clock. */
const PIECE = 20_000;

/** Training file in the model's alphabet. */
export interface RecitableFile {
  /** Relative to its folder. */
  readonly name: string;
  readonly symbols: Uint8Array;
}

/**
 * Text from `start` to before `end` that stands verbatim in a training file. Its first character that is no white space
 * stands in `line`, counted from 1.
 */
export interface RecitedSpan {
  readonly start: number;
  readonly end: number;
  readonly file: string;
  readonly line: number;
}

/** A span, and where it stands: the file's index and the offset in it. */
interface Match {
  readonly start: number;
  readonly end: number;
  readonly file: number;
  readonly offset: number;
}

/**
 * Index of the training files that finds what a text recites from them. Beside the files, which it refers to, it takes
 * 0.4 to 0.5 bytes a character: 4 bytes for every window, of which there is one in 16 characters, and 4 for every
 * bucket, of which there are half as many as windows, or up to as many.
 */
export class RecitationIndex {
  readonly #files: readonly RecitableFile[];
  /** Number of windows in the files before each one, [files + 1]. */
  readonly #windowsBefore: Float64Array;
  /** Start of every bucket in `#windows`, [buckets + 1]. */
  readonly #starts: Uint32Array;
  /** Numbers of all windows, by bucket. */
  readonly #windows: Uint32Array;
  /** Bits by which a hash is shifted to give its bucket. */
  readonly #shift: number;

  private constructor(files: readonly RecitableFile[]) {
    this.#files = files;
    this.#windowsBefore = new Float64Array(files.length + 1);
    for (const [i, { symbols }] of files.entries()) {
      this.#windowsBefore[i + 1] = this.#windowsBefore[i]! + windowsIn(symbols);
    }
    const count = this.#windowsBefore[files.length]!;
    const bits = Math.max(1, Math.floor(Math.log2(Math.max(1, count))));
    this.#shift = 32 - bits;
    this.#starts = new Uint32Array(2 ** bits + 1);
    this.#windows = new Uint32Array(count);
  }

  /** Builds the index in pieces, others having their turn between. @throws the signal's reason when it is aborted */
  static async of(files: readonly RecitableFile[], signal?: AbortSignal): Promise<RecitationIndex> {
    const index = new RecitationIndex(files);
    await index.#build(signal);
    return index;
  }

  get bytes(): number {
    return this.#starts.byteLength + this.#windows.byteLength + this.#windowsBefore.byteLength;
  }

  /** A counting sort: how many windows each bucket has, then where it ends, then each window from its end backwards. */
  async #build(signal: AbortSignal | undefined): Promise<void> {
    const starts = this.#starts;
    await this.#forEachWindow(signal, (bucket) => {
      starts[bucket]!++;
    });
    for (let bucket = 1; bucket < starts.length; bucket++) {
      starts[bucket]! += starts[bucket - 1]!;
    }
    await this.#forEachWindow(signal, (bucket, window) => {
      this.#windows[--starts[bucket]!] = window;
    });
  }

  async #forEachWindow(
    signal: AbortSignal | undefined,
    visit: (bucket: number, window: number) => void,
  ): Promise<void> {
    const turns = new EventLoopYielder(signal);
    let window = 0;
    for (const { symbols } of this.#files) {
      for (const count = windowsIn(symbols), first = window; window < first + count; window++) {
        if (window % PIECE === 0) {
          await turns.yieldIfDue();
        }
        visit(this.#bucketOf(hashAt(symbols, (window - first) * SPACING)), window);
      }
    }
  }

  #bucketOf(hash: number): number {
    return Math.imul(hash, GOLDEN) >>> this.#shift;
  }

  /**
   * The spans of at least 40 characters of `text`, 20 of them no white space, that stand verbatim in one file, by their
   * starts. Where two overlap, the longer one is whole, and of the other one the rest where that is still long enough.
   */
  find(text: string): RecitedSpan[] {
    const symbols = Uint8Array.from({ length: text.length }, (_, i) => symbolOf(text.charCodeAt(i)));
    const isLongEnough = longEnoughIn(text);
    const chosen = withoutOverlaps(this.#matchesIn(symbols).filter(isLongEnough), isLongEnough);
    return chosen.map(({ start, end, file, offset }) => {
      const { name, symbols: whole } = this.#files[file]!;
      const blank = /^\s*/.exec(text.slice(start, end))![0].length;
      return { start, end, file: name, line: lineAt(whole, start + blank < end ? offset + blank : offset) };
    });
  }

  /** Every longest match: one that cannot be extended, with the place in a file where it stands. */
  #matchesIn(text: Uint8Array): Match[] {
    const matches = new Map<number, Match>();
    /** End of the match on each diagonal, which is a difference of places in the files and the text. */
    const ends = new Map<number, number>();
    let hash = text.length >= WINDOW ? hashAt(text, 0) : 0;
    for (let at = 0; at + WINDOW <= text.length; at++) {
      const bucket = this.#bucketOf(hash);
      for (let i = this.#starts[bucket]!; i < this.#starts[bucket + 1]!; i++) {
        const { file, offset } = this.#placeOf(this.#windows[i]!);
        const diagonal = file * 2 ** 32 + offset - at;
        if (at < (ends.get(diagonal) ?? 0)) {
          continue;
        }
        const match = this.#extended(text, at, file, offset);
        ends.set(diagonal, match.end);
        keepFirst(matches, match, text.length);
      }
      hash = (Math.imul(hash, BASE) + text[at + WINDOW]! - Math.imul(LEAVING, text[at]!)) | 0;
    }
    return [...matches.values()];
  }

  #placeOf(window: number): { file: number; offset: number } {
    let file = 0;
    for (let after = this.#files.length; after - file > 1; ) {
      const middle = (file + after) >> 1;
      if (this.#windowsBefore[middle]! <= window) {
        file = middle;
      } else {
        after = middle;
      }
    }
    return { file, offset: (window - this.#windowsBefore[file]!) * SPACING };
  }

  /** The match around two equal places; an empty one where only their hashes are equal. */
  #extended(text: Uint8Array, at: number, file: number, offset: number): Match {
    const { symbols } = this.#files[file]!;
    let before = 0;
    let after = 0;
    while (at + after < text.length && text[at + after] === symbols[offset + after]) {
      after++;
    }
    while (before < at && before < offset && text[at - before - 1] === symbols[offset - before - 1]) {
      before++;
    }
    return { start: at - before, end: at + after, file, offset: offset - before };
  }
}

function windowsIn({ length }: Uint8Array): number {
  return length < WINDOW ? 0 : Math.floor((length - WINDOW) / SPACING) + 1;
}

/** Polynomial hash of the window at `at`, modulo 2³². */
function hashAt(symbols: Uint8Array, at: number): number {
  let hash = 0;
  for (let i = at; i < at + WINDOW; i++) {
    hash = (Math.imul(hash, BASE) + symbols[i]!) | 0;
  }
  return hash;
}

/** Whether a span of `text` is long enough to count as recited. */
function longEnoughIn(text: string): (span: { readonly start: number; readonly end: number }) => boolean {
  /** Characters before each place that are no white space, [text.length + 1]. */
  const visibleBefore = new Uint32Array(text.length + 1);
  for (let i = 0; i < text.length; i++) {
    visibleBefore[i + 1] = visibleBefore[i]! + (/\s/.test(text[i]!) ? 0 : 1);
  }
  return ({ start, end }) =>
    end - start >= LEAST_RECITED && visibleBefore[end]! - visibleBefore[start]! >= LEAST_VISIBLE;
}

/** Of equal spans, the one that stands in the first file, and there the first. */
function keepFirst(matches: Map<number, Match>, match: Match, length: number): void {
  const { start, end, file, offset } = match;
  if (end - start < LEAST_RECITED) {
    return;
  }
  const span = start * (length + 1) + end;
  const other = matches.get(span);
  if (other === undefined || file < other.file || (file === other.file && offset < other.offset)) {
    matches.set(span, match);
  }
}

/** The longest match, then the longest of what the others leave beside it, and so on; by their starts. */
function withoutOverlaps(matches: readonly Match[], isLongEnough: (match: Match) => boolean): Match[] {
  const chosen: Match[] = [];
  let left = [...matches];
  while (left.length > 0) {
    const longest = left.reduce((best, match) => (isBetter(match, best) ? match : best));
    chosen.push(longest);
    left = left.map((match) => beside(match, longest)).filter(isLongEnough);
  }
  return chosen.sort((a, b) => a.start - b.start);
}

function isBetter(one: Match, other: Match): boolean {
  const longer = one.end - one.start - (other.end - other.start);
  return longer > 0 || (longer === 0 && one.start < other.start);
}

/** Part of a match outside another one that is at least as long. */
function beside(match: Match, { start, end }: Match): Match {
  if (match.start >= end || match.end <= start) {
    return match;
  }
  if (match.start < start) {
    return { ...match, end: start };
  }
  return { ...match, start: Math.max(match.start, end), offset: match.offset + Math.max(0, end - match.start) };
}

/** Line of a place, counted from 1. */
function lineAt(symbols: Uint8Array, offset: number): number {
  let line = 1;
  for (let i = 0; i < offset; i++) {
    if (symbols[i] === LINE_FEED_SYMBOL) {
      line++;
    }
  }
  return line;
}
