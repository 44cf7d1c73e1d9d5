import type { Predictor } from '../engine/engine';
import { decode, LINE_FEED_SYMBOL } from '../python/alphabet';
import { type Bracket, depthOf, Lexer } from '../python/lexer';

/**
 * How far back a network makes use of what it has read: the problem of long contexts, from which plain recurrent
 * networks suffer (Bengio, Simard & Frasconi 1994).
 */

/** Characters that the network may see before the one that it predicts. */
export const REACHES = [1, 3, 10, 30, 100, 300, 1000, 3000] as const;

/** Prediction of the same characters with so many before them. */
export interface ReachMeasure {
  /** Characters between the reset of the state and the one predicted, at the least; at most 1/16 more. */
  readonly reach: number;
  /** Bits per character. */
  readonly bpc: number;
  /** Share of characters whose most probable prediction was right. */
  readonly accuracy: number;
}

/** Closing brackets whose opening one stands at least `from` and less than `to` characters before. */
export interface CloserMeasure {
  readonly from: number;
  /** Null for no bound. */
  readonly to: number | null;
  /** Closers that were the most probable character where they stand, and all of them. */
  readonly right: number;
  readonly total: number;
}

/** All of these measures of one network. */
export interface ContextMeasures {
  /** Characters predicted with every reach. */
  readonly characters: number;
  readonly reaches: readonly ReachMeasure[];
  /** Characters in which closing brackets were counted. */
  readonly read: number;
  readonly closers: readonly CloserMeasure[];
}

/** How a measurement reads, beside other work. */
export interface PiecewiseReading {
  /** Characters that one call of the network reads, in all rows together; at least one in each row. */
  readonly piece?: number;
  /** Lets other work run after a piece of so many characters, and may throw to end the measurement. */
  readonly afterPiece?: (characters: number) => Promise<void>;
}

/** Measures a network on the files' text: reaches on about `counted` characters of it, closers on all. */
export async function measureContext(
  predictor: Predictor,
  files: readonly Uint8Array[],
  counted: number,
  reading: PiecewiseReading = {},
): Promise<ContextMeasures> {
  const text = joined(files);
  const reaches = await measureReaches(predictor, text, counted, reading);
  return { ...reaches, read: text.length, closers: await measureClosers(predictor, files, reading) };
}

/** Characters that a network reads in all where it is measured on `length` characters, many of them several times. */
export function charactersToRead(length: number, counted: number): number {
  const { starts, steps } = closerRows(length);
  const reaches = plannedReaches(length, counted).map(({ starts, steps }) => starts.length * steps);
  return reaches.reduce((sum, read) => sum + read, starts.length * steps);
}

function joined(files: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(files.flatMap((symbols) => [...symbols]));
}

/** Characters predicted in a row at every place, and rows read side by side at most, which bounds memory. */
const CLUSTER = 64;
const MOST_ROWS = 128;

/**
 * Predicts about `counted` characters in clusters spread evenly over `text`, each time with the state reset so many
 * characters before, the same characters for every reach. To read less, neighbouring characters share a reset, as far
 * as that makes their reach longer by at most 1/16. Reaches for which the text is too short are left out.
 */
export async function measureReaches(
  predictor: Predictor,
  text: Uint8Array,
  counted: number,
  reading: PiecewiseReading = {},
): Promise<{ readonly characters: number; readonly reaches: readonly ReachMeasure[] }> {
  const reaches: ReachMeasure[] = [];
  let characters = 0;
  for (const { reach, starts, steps } of plannedReaches(text.length, counted)) {
    const sum = { nats: 0, correct: 0 };
    for (let from = 0; from < starts.length; from += MOST_ROWS) {
      const rows = starts.slice(from, from + MOST_ROWS);
      await scoreRows(predictor, text, rows, steps, reading, (_, step, nats, correct) => {
        if (step >= reach - 1) {
          sum.nats += nats;
          sum.correct += correct;
        }
      });
    }
    characters = starts.length * (steps - reach + 1);
    reaches.push({ reach, bpc: sum.nats / characters / Math.LN2, accuracy: sum.correct / characters });
  }
  return { characters, reaches };
}

/** Rows to read for one reach: each from a state of zeros at its start, so many steps, the last ones predicted. */
interface PlannedReach {
  readonly reach: number;
  readonly starts: readonly number[];
  readonly steps: number;
}

function plannedReaches(length: number, counted: number): PlannedReach[] {
  const known = REACHES.filter((reach) => length >= reach + CLUSTER);
  const longest = known.at(-1);
  if (longest === undefined) {
    return [];
  }
  const clusters = clusterStarts(longest, length, Math.ceil(counted / CLUSTER));
  return known.map((reach) => {
    const shared = sharedBy(reach);
    const inCluster = Array.from({ length: CLUSTER / shared }, (_, i) => i * shared - reach);
    const starts = clusters.flatMap((start) => inCluster.map((offset) => start + offset));
    return { reach, starts, steps: reach + shared - 1 };
  });
}

/** Where clusters start: evenly from `first` on, not overlapping, as many as there is room for. */
function clusterStarts(first: number, length: number, wanted: number): number[] {
  const count = Math.min(wanted, Math.floor((length - first) / CLUSTER));
  const room = length - first - CLUSTER;
  return Array.from({ length: count }, (_, i) => first + (count === 1 ? 0 : Math.floor((i * room) / (count - 1))));
}

/** Characters that share one reset: a power of two, at most 1/16 of the reach. */
function sharedBy(reach: number): number {
  return Math.min(CLUSTER, 2 ** Math.max(0, Math.floor(Math.log2(reach / 16))));
}

/** Bounds of the buckets. */
const DISTANCES = [1, 3, 10, 30, 100, 300, 1000];

/** Rows read side by side at most, and characters that each reads before those that count, fewer than those. */
const MOST_CLOSER_ROWS = 64;
const WARM_UP = 1000;

/**
 * Reads the files one after the other and counts how many closing brackets of Python's code were predicted, by distance
 * from their opener. Brackets in strings and comments do not count, nor those of an f-string's fields. The state goes
 * on through the text, with the opener in sight; pairs for which reading starts too late are left out.
 */
export async function measureClosers(
  predictor: Predictor,
  files: readonly Uint8Array[],
  reading: PiecewiseReading = {},
): Promise<readonly CloserMeasure[]> {
  const text = joined(files);
  const openers = new Map<number, number>();
  let before = 0;
  for (const symbols of files) {
    for (const [closer, opener] of bracketPairs(decode(symbols))) {
      openers.set(before + closer, before + opener);
    }
    before += symbols.length;
  }

  const { starts, steps } = closerRows(text.length);
  const buckets = DISTANCES.map((from, i) => ({ from, to: DISTANCES[i + 1] ?? null, right: 0, total: 0 }));
  await scoreRows(predictor, text, starts, steps, reading, (row, step, _, correct) => {
    const at = starts[row]! + step + 1;
    const opener = openers.get(at);
    if (step + 1 < WARM_UP || step + 1 >= steps || opener === undefined || opener < starts[row]!) {
      return;
    }
    const bucket = buckets.findLast(({ from }) => at - opener >= from);
    if (bucket) {
      bucket.right += correct;
      bucket.total++;
    }
  });
  return buckets;
}

/** Rows that read a text of so many characters, each a section of it after a warm-up. */
function closerRows(length: number): Pick<PlannedReach, 'starts' | 'steps'> {
  const rows = Math.max(1, Math.min(MOST_CLOSER_ROWS, Math.ceil(length / (2 * WARM_UP))));
  const section = Math.ceil(length / rows);
  return { starts: Array.from({ length: rows }, (_, row) => row * section - WARM_UP), steps: WARM_UP + section };
}

/** Pairs of brackets in Python's code: place of the closing one and of its opener. */
function bracketPairs(source: string): Map<number, number> {
  const pairs = new Map<number, number>();
  const openedAt = new Map<Bracket, number>();
  const lexer = new Lexer();
  for (let i = 0; i < source.length; i++) {
    const innermost = lexer.brackets;
    const unit = source.charCodeAt(i);
    lexer.advance(unit);
    const now = lexer.brackets;
    if (now !== null && depthOf(now) > depthOf(innermost)) {
      openedAt.set(now, i);
    }
    const isClosed = innermost !== null && innermost.closer === unit && now === innermost.outer;
    if (isClosed && innermost.field === null && !innermost.isInField) {
      pairs.set(i, openedAt.get(innermost)!);
    }
  }
  return pairs;
}

/** Characters that a call of the network reads unless fewer are asked for, and steps of one row at most. */
const PIECE = 8192;
const MOST_STEPS = 64;

/**
 * Reads `steps` characters in each of several rows from a state of zeros, the first at the row's place in `starts`, and
 * tells how well the character after each was predicted. Beyond the text there are line feeds.
 */
async function scoreRows(
  predictor: Predictor,
  text: Uint8Array,
  starts: readonly number[],
  steps: number,
  { piece = PIECE, afterPiece }: PiecewiseReading,
  tell: (row: number, step: number, nats: number, correct: number) => void,
): Promise<void> {
  const { layers, units } = predictor.model;
  const hidden = new Float32Array(layers * starts.length * units);
  const most = Math.min(MOST_STEPS, Math.max(1, Math.floor(piece / starts.length)));
  for (let from = 0; from < steps; from += most) {
    const count = Math.min(most, steps - from);
    const columns = (shift: number) =>
      Uint8Array.from(
        { length: starts.length * count },
        (_, i) => text[starts[Math.floor(i / count)]! + from + (i % count) + shift] ?? LINE_FEED_SYMBOL,
      );
    const { nats, correct } = await predictor.score(columns(0), columns(1), starts.length, hidden);
    for (let i = 0; i < nats.length; i++) {
      tell(Math.floor(i / count), from + (i % count), nats[i]!, correct[i]!);
    }
    await afterPiece?.(starts.length * count);
  }
}
