import type { Predictor } from '../engine/engine';
import type { ModelConfig } from '../model/config';
import type { InspectedCharacter } from '../protocol/inspection';
import { ALPHABET_SIZE, characterOf, encode, LINE_FEED_SYMBOL } from '../python/alphabet';

/** Alternatives told for each character. */
const ALTERNATIVES = 5;

/** Characters that are read between two turns of other work: some 50 ms of the talk's network on one processor. */
const PIECE = 500;

/** A text as a network has read it: after a line feed, as samples begin and held-out text is measured. */
export interface TextReading {
  readonly model: ModelConfig;
  /** The line feed and the text's n symbols. */
  readonly symbols: Uint8Array;
  /** Probabilities of the text's first symbol, …, and of one after its last, [n + 1, 98]. */
  readonly probabilities: Float32Array;
  /** States after every one of `symbols`, [n + 1, layers, units]. */
  readonly states: Float32Array;
}

/** Reads a text with a network. `betweenPieces` lets other work run, and may throw to end the reading. */
export async function readText(
  predictor: Predictor,
  text: string,
  betweenPieces: () => Promise<void> = async () => {},
): Promise<TextReading> {
  const { model } = predictor;
  const symbols = Uint8Array.of(LINE_FEED_SYMBOL, ...encode(text));
  const probabilities = new Float32Array(symbols.length * ALPHABET_SIZE);
  const states = new Float32Array(symbols.length * model.layers * model.units);
  const state = predictor.initialState();
  for (let from = 0; from < symbols.length; from += PIECE) {
    await betweenPieces();
    const trace = await predictor.readStates(state, symbols.subarray(from, from + PIECE));
    probabilities.set(trace.probabilities, from * ALPHABET_SIZE);
    states.set(trace.states, from * state.length);
  }
  return { model, symbols, probabilities, states };
}

/** What the network thought of every character of the text. */
export function inspectCharacters({ symbols, probabilities }: TextReading): InspectedCharacter[] {
  return Array.from(symbols.subarray(1), (symbol, at) => {
    const row = probabilities.subarray(at * ALPHABET_SIZE, (at + 1) * ALPHABET_SIZE);
    const probability = row[symbol]!;
    // A probability that has rounded to zero is as surprising as the smallest that fp32 can tell.
    const bits = -Math.log2(Math.max(probability, 2 ** -149));
    const alternatives = likeliest(row, ALTERNATIVES).map((other) => ({
      character: characterOf(other),
      probability: row[other]!,
    }));
    return { probability, bits, alternatives };
  });
}

/** The `count` most probable symbols, the most probable first. */
function likeliest(row: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let symbol = 0; symbol < row.length; symbol++) {
    const place = best.findIndex((other) => row[symbol]! > row[other]!);
    if (place >= 0) {
      best.splice(place, 0, symbol);
    } else if (best.length < count) {
      best.push(symbol);
    }
    best.length = Math.min(best.length, count);
  }
  return best;
}

/** Activation of one unit after every character of the text, [n], from −1 to 1. */
export function activationsOf({ model, symbols, states }: TextReading, layer: number, unit: number): number[] {
  const { layers, units } = model;
  return Array.from({ length: symbols.length - 1 }, (_, at) => states[((at + 1) * layers + layer) * units + unit]!);
}

/**
 * What the network looked back at when it predicted the text's character number `at`: norms of the gradient of its log
 * probability by every character before it, [at] (`Predictor.lookBack`).
 */
export async function lookBackFrom(
  predictor: Predictor,
  text: string,
  at: number,
  signal?: AbortSignal,
): Promise<number[]> {
  const symbols = encode(text);
  const before = Uint8Array.of(LINE_FEED_SYMBOL, ...symbols.subarray(0, at));
  const norms = await predictor.lookBack(before, symbols[at]!, signal);
  // The first is that of the line feed before the text.
  return Array.from(norms.subarray(1));
}
