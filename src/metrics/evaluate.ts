import type { Predictor } from '../engine/engine';
import { LINE_FEED_SYMBOL } from '../python/alphabet';

export interface Evaluation {
  /** Bits per character. */
  readonly bpc: number;
  /** Share of characters whose most probable prediction was right. */
  readonly accuracy: number;
  readonly characters: number;
}

/** The final figure of a training is measured on so many held-out characters, from the first. */
export const FINAL_CHARACTERS = 150_000;

/** Pieces of the text read side by side at most, and how long each should be at least. */
const MOST_ROWS = 64;
const ROW_CHARACTERS = 1000;
/** Characters that a row reads before those that count, so that it knows where it is. */
const WARM_UP = 512;
/** Characters of every row read between two looks at the signal. */
const BLOCK = 64;

/**
 * Reads `text` and predicts every character from those before it; the first from a line feed. Rows side by side make it
 * fast: each is warmed up on the characters before its own, which are not counted there.
 *
 * @param counted how many characters to count; fewer than there are means pieces spread evenly over the text
 * @throws the signal's reason when it is aborted
 */
export async function evaluate(
  predictor: Predictor,
  text: Uint8Array,
  counted = text.length,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const rows = rowsOf(text.length, Math.min(counted, text.length));
  const warmUp = rows.length === 1 ? 0 : Math.min(WARM_UP, rows[1]!.start);
  const steps = warmUp + Math.max(...rows.map((row) => row.end - row.start));
  const { layers, units } = predictor.model;
  const hidden = new Float32Array(layers * rows.length * units);
  const sum = { nats: 0, correct: 0, characters: 0 };
  for (let from = 0; from < steps; ) {
    signal?.throwIfAborted();
    // The text's beginning has nothing before it: its row reads padding while the others warm up, and starts anew then.
    if (from === warmUp) {
      clearFirstRow(hidden, layers, rows.length, units);
    }
    const to = Math.min(from + BLOCK, from < warmUp ? warmUp : steps);
    await scoreBlock(predictor, text, rows, hidden, from - warmUp, to - warmUp, sum);
    from = to;
  }
  return {
    bpc: sum.nats / sum.characters / Math.LN2,
    accuracy: sum.correct / sum.characters,
    characters: sum.characters,
  };
}

/** A row counts the text's characters from `start` to before `end`. */
interface Row {
  readonly start: number;
  readonly end: number;
}

function rowsOf(length: number, counted: number): Row[] {
  const count = Math.min(MOST_ROWS, Math.max(1, Math.floor(counted / ROW_CHARACTERS)));
  return Array.from({ length: count }, (_, row) => {
    const start = Math.floor((row * length) / count);
    const share = Math.floor(((row + 1) * counted) / count) - Math.floor((row * counted) / count);
    return { start, end: start + share };
  });
}

/**
 * Reads steps `from` to before `to` of every row, counted from its start (negative: warm-up), and adds up what counts.
 */
async function scoreBlock(
  predictor: Predictor,
  text: Uint8Array,
  rows: readonly Row[],
  hidden: Float32Array,
  from: number,
  to: number,
  sum: { nats: number; correct: number; characters: number },
): Promise<void> {
  const steps = to - from;
  const inputs = new Uint8Array(rows.length * steps);
  const targets = new Uint8Array(rows.length * steps);
  for (const [row, { start }] of rows.entries()) {
    for (let t = 0; t < steps; t++) {
      const at = start + from + t;
      inputs[row * steps + t] = text[at - 1] ?? LINE_FEED_SYMBOL;
      targets[row * steps + t] = text[at] ?? LINE_FEED_SYMBOL;
    }
  }
  const { nats, correct } = await predictor.score(inputs, targets, rows.length, hidden);
  if (from < 0) {
    return;
  }
  for (const [row, { start, end }] of rows.entries()) {
    const within = Math.min(steps, end - start - from);
    for (let t = 0; t < within; t++) {
      sum.nats += nats[row * steps + t]!;
      sum.correct += correct[row * steps + t]!;
    }
    sum.characters += Math.max(0, within);
  }
}

function clearFirstRow(hidden: Float32Array, layers: number, rows: number, units: number): void {
  for (let layer = 0; layer < layers; layer++) {
    hidden.fill(0, layer * rows * units, (layer * rows + 1) * units);
  }
}
