import type { HiddenState, Predictor } from '../engine/engine';
import type { StructureEvent } from '../protocol/training-events';
import { ALPHABET_SIZE, characterOf, decode, LINE_FEED_SYMBOL, symbolOf } from '../python/alphabet';
import { isBlank, isCloser, isDigit, isIdentifierPart, isQuote, LINE_FEED } from '../python/characters';
import { isStringPrefix, KEYWORDS } from '../python/keywords';
import { depthOf, Lexer } from '../python/lexer';

/**
 * Pieces of held-out text that are read side by side, and their characters. Those of the first are not counted: from
 * them the network learns where it is.
 */
const ROWS = 32;
/** Fewer of them where the time is short; in large steps, so that most points of a curve stand for the same places. */
const FEWER_ROWS = [ROWS, 8, 2];
const ROW_CHARACTERS = 256;
const WARM_UP = 64;

/** Places in a row at which the network is to write a name, and its longest name; what is still longer is made up. */
const NAMES_IN_ROW = 4;
const LONGEST_NAME = 32;

/** Characters of a row that are read, or written in names, at the most. */
const CHARACTERS_A_ROW = ROW_CHARACTERS + NAMES_IN_ROW * LONGEST_NAME;

export type StructureMeasures = Omit<StructureEvent, 'kind' | 'epoch'>;

/** A piece of held-out text; places are counted from its start. */
interface ProbedRow {
  /** Symbol before each symbol of the row, which the network reads to predict it. */
  readonly inputs: Uint8Array;
  readonly targets: Uint8Array;
  readonly closers: readonly { readonly at: number; readonly depth: number }[];
  /** Starts of names. */
  readonly names: readonly number[];
  /** Indentation of logical lines: its white space from `from` to before `to`, and other than white space at `to`. */
  readonly indents: readonly { readonly from: number; readonly to: number }[];
}

export interface MeasureOptions {
  /** About so many characters may be read; at least one row is. */
  readonly characters: number;
  readonly signal: AbortSignal;
}

/**
 * Held-out text on which the structure that a network has learnt is measured: the same at most 32 rows of 192 counted
 * characters every time. In Jinja2 66 of these close a bracket and 86 begin a line of code; names are written at 128.
 */
export class StructureProbe {
  readonly #rows: readonly ProbedRow[];
  readonly #isKnown: (name: string) => boolean;

  /**
   * @param files held-out files, as symbols
   * @param isKnown whether the code base or Python knows a name
   */
  constructor(files: readonly Uint8Array[], isKnown: (name: string) => boolean) {
    this.#rows = piecesOf(files).map(({ file, from }) => probedRow(files[file]!, from));
    this.#isKnown = isKnown;
  }

  /** Null where nothing is held out. @throws the signal's reason when it is aborted */
  async measure(predictor: Predictor, { characters, signal }: MeasureOptions): Promise<StructureMeasures | null> {
    const most = FEWER_ROWS.find((count) => count * CHARACTERS_A_ROW <= characters) ?? 1;
    const rows = spread(this.#rows, most);
    if (rows.length === 0) {
      return null;
    }
    const { likeliest, atNames } = await readRows(predictor, rows, signal);
    const names = await writeNames(predictor, atNames, signal);
    const known = names.filter((name) => name.length <= LONGEST_NAME && this.#isKnown(name)).length;
    return {
      closers: closersOf(rows, likeliest),
      names: { right: known, total: names.length },
      indents: indentsOf(rows, likeliest),
    };
  }
}

/** Starts of the rows, spread evenly over the files; fewer where these are short. */
function piecesOf(files: readonly Uint8Array[]): { file: number; from: number }[] {
  const total = files.reduce((sum, { length }) => sum + length, 0);
  const count = Math.min(ROWS, Math.ceil(total / ROW_CHARACTERS));
  let file = 0;
  let before = 0;
  return Array.from({ length: count }, (_, row) => {
    const at = Math.floor((row * total) / count);
    while (at >= before + files[file]!.length) {
      before += files[file++]!.length;
    }
    // A row that would reach beyond the end of its file begins earlier.
    return { file, from: Math.max(0, Math.min(at - before, files[file]!.length - ROW_CHARACTERS)) };
  });
}

/** At most `most` of the rows, spread evenly. */
function spread<T>(rows: readonly T[], most: number): T[] {
  const count = Math.min(most, rows.length);
  return Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]!);
}

/** The row from `from` on, read by a lexer that knows what stands before it in the file. */
function probedRow(symbols: Uint8Array, from: number): ProbedRow {
  const end = Math.min(symbols.length, from + ROW_CHARACTERS);
  const text = decode(symbols.subarray(0, end));
  const first = from + (from === 0 ? 0 : WARM_UP);
  const closers = [];
  const names = [];
  const indents = [];
  const lexer = new Lexer();
  let lineStart = 0;
  for (let i = 0; i < end; i++) {
    const { mode, place, tokens, brackets } = lexer;
    const unit = text.charCodeAt(i);
    lexer.advance(unit);
    const isCode = place === 'code';
    if (isCode && i >= first && isCloser(unit) && brackets?.closer === unit) {
      closers.push({ at: i - from, depth: depthOf(brackets) });
    }
    if (isCode && i >= first && lexer.tokens > tokens && lexer.token === 'identifier' && beginsName(text, i)) {
      names.push(i - from);
    }
    if (mode === 'indent' && lexer.mode !== 'indent' && lexer.mode !== 'comment' && lineStart >= first) {
      indents.push({ from: lineStart - from, to: i - from });
    }
    if (unit === LINE_FEED) {
      lineStart = i + 1;
    }
  }
  const targets = symbols.slice(from, end);
  const inputs = Uint8Array.from(targets, (_, i) => symbols[from + i - 1] ?? LINE_FEED_SYMBOL);
  return { inputs, targets, closers, names: spread(names, NAMES_IN_ROW), indents };
}

/** Whether the word at `start` is a name and neither a keyword nor the prefix of a string. */
function beginsName(text: string, start: number): boolean {
  let end = start;
  while (end < text.length && isIdentifierPart(text.charCodeAt(end))) {
    end++;
  }
  const word = text.slice(start, end);
  const isPrefix = isQuote(text.charCodeAt(end)) && isStringPrefix(word);
  return end < text.length && !isPrefix && !KEYWORDS.has(word);
}

/** Network at a place where the text begins a name: its state, and the likeliest symbol there. */
interface NamePlace {
  readonly state: HiddenState;
  readonly likeliest: number;
}

/** Reads the rows side by side; gives the likeliest symbol at every place of each, and the network at their names. */
async function readRows(
  predictor: Predictor,
  rows: readonly ProbedRow[],
  signal: AbortSignal,
): Promise<{ likeliest: Uint8Array[]; atNames: NamePlace[] }> {
  const states = rows.map(() => predictor.initialState());
  const likeliest = rows.map(({ targets }) => new Uint8Array(targets.length));
  const atNames: NamePlace[] = [];
  const longest = Math.max(...rows.map(({ targets }) => targets.length));
  for (let at = 0; at < longest; at++) {
    signal.throwIfAborted();
    // A row that has ended reads on, and nothing of it is counted.
    const symbols = Uint8Array.from(rows, ({ inputs }) => inputs[at] ?? LINE_FEED_SYMBOL);
    const probabilities = await predictor.readBatch(states, symbols);
    for (const [row, { names }] of rows.entries()) {
      const symbol = likeliestIn(probabilities, row);
      likeliest[row]![at] = symbol;
      if (names.includes(at)) {
        atNames.push({ state: states[row]!.slice(), likeliest: symbol });
      }
    }
  }
  return { likeliest, atNames };
}

function likeliestIn(probabilities: Float32Array, row: number): number {
  let best = 0;
  for (let symbol = 1; symbol < ALPHABET_SIZE; symbol++) {
    if (probabilities[row * ALPHABET_SIZE + symbol]! > probabilities[row * ALPHABET_SIZE + best]!) {
      best = symbol;
    }
  }
  return best;
}

/**
 * Names that the network writes from there, always the likeliest symbol, side by side. At places where it writes
 * something else, or a keyword, there are none.
 */
async function writeNames(predictor: Predictor, places: readonly NamePlace[], signal: AbortSignal): Promise<string[]> {
  const written: string[] = [];
  let writing = places
    .map(({ state, likeliest }) => ({ state, text: characterOf(likeliest) }))
    .filter(({ text }) => isNamePart(text) && !isDigit(text.charCodeAt(0)));
  while (writing.length > 0) {
    signal.throwIfAborted();
    const symbols = Uint8Array.from(writing, ({ text }) => symbolAtEnd(text));
    const probabilities = await predictor.readBatch(
      writing.map(({ state }) => state),
      symbols,
    );
    const next = writing.map(({ state, text }, row) => {
      const character = characterOf(likeliestIn(probabilities, row));
      return { state, text, character, isOver: !isNamePart(character) || text.length > LONGEST_NAME };
    });
    written.push(...next.filter(({ isOver }) => isOver).map(({ text }) => text));
    writing = next
      .filter(({ isOver }) => !isOver)
      .map(({ state, text, character }) => ({ state, text: text + character }));
  }
  return written.filter((word) => !KEYWORDS.has(word));
}

function isNamePart(character: string): boolean {
  return isIdentifierPart(character.charCodeAt(0));
}

function symbolAtEnd(text: string): number {
  return symbolOf(text.charCodeAt(text.length - 1));
}

/** Closers predicted rightly, by depth from 1 on. */
function closersOf(rows: readonly ProbedRow[], likeliest: readonly Uint8Array[]): StructureMeasures['closers'] {
  const shares: { right: number; total: number }[] = [];
  for (const [row, { closers, targets }] of rows.entries()) {
    for (const { at, depth } of closers) {
      while (shares.length < depth) {
        shares.push({ right: 0, total: 0 });
      }
      const share = shares[depth - 1]!;
      share.total++;
      share.right += Number(likeliest[row]![at] === targets[at]);
    }
  }
  return shares;
}

/** Lines of which all white space at the start, and its end, was predicted. */
function indentsOf(rows: readonly ProbedRow[], likeliest: readonly Uint8Array[]): StructureMeasures['indents'] {
  const isRight = rows.flatMap(({ indents, targets }, row) =>
    indents.map(({ from, to }) => {
      const predicted = likeliest[row]!;
      const isEnd = !isWhite(predicted[to]!);
      return isEnd && targets.subarray(from, to).every((symbol, i) => predicted[from + i] === symbol);
    }),
  );
  return { right: isRight.filter(Boolean).length, total: isRight.length };
}

function isWhite(symbol: number): boolean {
  return symbol === LINE_FEED_SYMBOL || isBlank(characterOf(symbol).charCodeAt(0));
}
