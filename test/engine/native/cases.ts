import assert from 'node:assert/strict';
import type { TrainingState } from '../../../src/engine/engine';
import { engineAddon, type NativeMode } from '../../../src/engine/native/engine-addon';
import type { ModelConfig } from '../../../src/model/config';
import { initialTrainingState } from '../../../src/model/initialise';
import { parameterLayout, type TensorSlot } from '../../../src/model/layout';
import { Random } from '../../../src/model/random';
import { networkText } from '../../../src/protocol/format';
import { ALPHABET_SIZE } from '../../../src/python/alphabet';
import { gru, rnn } from '../../models';

/** A network, a minibatch's shape and threads. */
export interface Case {
  readonly model: ModelConfig;
  readonly batch: number;
  readonly seqlen: number;
}

/** Sizes that fit no block of any kernel: every value of the list, with every other kind at least once. */
export const ODD_CASES: readonly Case[] = [
  { model: gru(1, 5), batch: 1, seqlen: 1 },
  { model: gru(2, 5), batch: 17, seqlen: 7 },
  { model: gru(3, 64), batch: 3, seqlen: 7 },
  { model: gru(2, 64), batch: 17, seqlen: 1 },
  { model: gru(1, 129), batch: 17, seqlen: 7 },
  { model: gru(3, 129), batch: 1, seqlen: 7 },
  { model: gru(2, 129), batch: 3, seqlen: 1 },
  { model: rnn(1, 5), batch: 1, seqlen: 1 },
  { model: rnn(2, 129), batch: 17, seqlen: 7 },
  { model: rnn(3, 64), batch: 3, seqlen: 7 },
];

export function describe({ model, batch, seqlen }: Case): string {
  return `${networkText(model)}, batch ${batch}, seqlen ${seqlen}`;
}

export function modes(): readonly NativeMode[] {
  return engineAddon().engineModes();
}

export function randomSymbols(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random.next() * ALPHABET_SIZE));
}

/** A state as after some training: weights, biases and recurrent state everywhere different from zero. */
export function livelyState({ model, batch }: Case, seed: number): TrainingState {
  const random = new Random(seed);
  const state = initialTrainingState(model, batch, seed);
  const noise = (scale: number) => scale * (2 * random.next() - 1);
  return {
    ...state,
    parameters: state.parameters.map((p) => p + noise(0.1)),
    hidden: state.hidden.map(() => noise(0.9)),
  };
}

/**
 * Asserts that `actual` is within `tolerance` × the largest element of `expected` (+ `slack`), tensor by tensor; NaN
 * never is.
 */
function assertTensorsClose(
  actual: Float32Array,
  expected: Float32Array,
  layout: readonly Pick<TensorSlot, 'name' | 'offset' | 'length'>[],
  tolerance: number,
  what: string,
  slack = 0,
): void {
  for (const { name, offset, length } of layout) {
    let largest = 0;
    for (let i = offset; i < offset + length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]!));
    }
    for (let i = offset; i < offset + length; i++) {
      const close = Math.abs(actual[i]! - expected[i]!) <= tolerance * largest + slack;
      if (!close) {
        assert.fail(`${what}, ${name}[${i - offset}]: ${actual[i]} instead of ${expected[i]} (of ${largest})`);
      }
    }
  }
}

export function assertParametersClose(
  actual: Float32Array,
  expected: Float32Array,
  model: ModelConfig,
  tolerance: number,
  what: string,
  slack = 0,
): void {
  assertTensorsClose(actual, expected, parameterLayout(model), tolerance, what, slack);
}

/** Asserts |actual − expected| ≤ tolerance · |expected| for every tensor, Euclidean norms. */
export function assertTensorNormsClose(
  actual: Float32Array,
  expected: Float32Array,
  model: ModelConfig,
  tolerance: number,
): void {
  for (const { name, offset, length } of parameterLayout(model)) {
    let difference = 0;
    let size = 0;
    for (let i = offset; i < offset + length; i++) {
      difference += (actual[i]! - expected[i]!) ** 2;
      size += expected[i]! ** 2;
    }
    const share = size === 0 ? Math.sqrt(difference) : Math.sqrt(difference / size);
    assert.ok(share <= tolerance, `${name} is off by ${share} of its size`);
  }
}

export function assertRelative(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${what}: ${actual} instead of ${expected}`);
}

export function assertArrayClose(actual: Float32Array, expected: Float32Array, tolerance: number, what: string): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  assertTensorsClose(actual, expected, [{ name: 'all', offset: 0, length: expected.length }], tolerance, what);
}
