import type { Random } from '../model/random';

/**
 * Method by which the next symbol is drawn. `temperature`: from p^(1/temperature), renormalised; 1 leaves the model's
 * probabilities as they are, 0 always takes the most probable. `top`: from the `top` most probable symbols, by their
 * probabilities (the talk's way).
 */
export type SamplingMethod = { readonly temperature: number } | { readonly top: number };

/** Rules that a text keeps to while it is written. */
export interface SamplingConstraint {
  /** The probabilities [symbols] of the next symbol under the rules; they need not add up to 1. */
  weigh(probabilities: Float32Array): Float32Array;
  /** `symbol` is written. */
  advance(symbol: number): void;
}

/** Draws one symbol from `probabilities` [symbols]. */
export function sampleSymbol(probabilities: Float32Array, random: Random, how: SamplingMethod): number {
  const weights = 'top' in how ? keepTop(probabilities, how.top) : sharpen(probabilities, how.temperature);
  return draw(weights, random);
}

function keepTop(probabilities: Float32Array, top: number): Float64Array {
  const weights = new Float64Array(probabilities.length);
  for (const symbol of byProbability(probabilities).slice(0, Math.max(1, top))) {
    weights[symbol] = probabilities[symbol]!;
  }
  return weights;
}

function sharpen(probabilities: Float32Array, temperature: number): Float64Array {
  if (temperature <= 0) {
    return keepTop(probabilities, 1);
  }
  const largest = Math.max(...probabilities);
  return Float64Array.from(probabilities, (p) => (p / largest) ** (1 / temperature));
}

/** Symbols, most probable first; equals in the order of the alphabet. */
function byProbability(probabilities: Float32Array): number[] {
  return Array.from(probabilities.keys()).sort((a, b) => probabilities[b]! - probabilities[a]!);
}

/** Index drawn in proportion to non-negative `weights`, which need not add up to 1. */
function draw(weights: Float64Array, random: Random): number {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) {
      continue;
    }
    left -= weights[i]!;
    last = i;
    if (left < 0) {
      break;
    }
  }
  return last;
}
