import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { engineAddon } from '../../../src/engine/native/engine-addon';
import { createNativeEngine, nativeModes } from '../../../src/engine/native/native-engine';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { inputSize, type ModelConfig } from '../../../src/model/config';
import { parameterLayout } from '../../../src/model/layout';
import { Random } from '../../../src/model/random';
import { networkText } from '../../../src/protocol/format';
import { gru, rnn } from '../../models';
import { assertArrayClose, livelyState, modes, randomSymbols } from './cases';

before(() => engineAddon().poisonFreshBuffers(true));
after(() => engineAddon().poisonFreshBuffers(false));

/** Sizes that fit no block of any kernel, and texts of less and more than one chunk of 64 symbols. */
const CASES: readonly (readonly [ModelConfig, number])[] = [
  [gru(1, 5), 1],
  [gru(2, 5), 64],
  [gru(3, 64), 65],
  [gru(3, 129), 150],
  [rnn(1, 5), 1],
  [rnn(3, 70), 150],
];

/**
 * Weights are not rounded, but to seven bits by int8 on AVX2: what is left is the rounding of activations to 15 or 8
 * bits, and of gradients.
 */
const toleranceOf = (numeric: string) => (numeric === 'int8' ? 5e-2 : 2e-3);

/**
 * Parameters that are the same when they are stored: columns of each half of a kernel are multiples of 1/127 of their
 * largest weight.
 */
function storableParameters(model: ModelConfig, scale = 1): Float32Array {
  const { parameters } = livelyState({ model, batch: 1, seqlen: 1 }, 1);
  for (const { name, shape, offset } of parameterLayout(model)) {
    if (shape.length !== 2) {
      continue;
    }
    const [rows, columns] = shape as [number, number];
    const inputs = name.startsWith('softmax') ? 0 : inputSize(model, Number(/\d+/.exec(name)![0]));
    for (let column = 0; column < columns; column++) {
      const at = (row: number) => offset + row * columns + column;
      for (const [from, to] of [
        [0, inputs],
        [inputs, rows],
      ] as const) {
        const places = Array.from({ length: to - from }, (_, i) => at(from + i));
        const step = Math.fround(places.reduce((most, i) => Math.max(most, Math.abs(parameters[i]!)), 0) / 127);
        for (const i of places) {
          parameters[i] = scale * step * Math.round(parameters[i]! / step);
        }
      }
    }
  }
  return parameters;
}

for (const { name: mode, numeric } of modes()) {
  test(`${mode} looks back as the reference does`, async () => {
    for (const [model, length] of CASES) {
      const parameters = storableParameters(model);
      const symbols = randomSymbols(length, new Random(4));
      const native = await createNativeEngine({ threads: 2, mode }).createPredictor(model, parameters);
      const reference = await createReferenceEngine().createPredictor(model, parameters);
      for (const target of [0, 97]) {
        const expected = await reference.lookBack(symbols, target);
        const what = `${networkText(model)}, ${length} symbols`;
        assertArrayClose(await native.lookBack(symbols, target), expected, toleranceOf(numeric), what);
      }
    }
  });
}

test('any number of threads looks back alike, and a second time as the first', async () => {
  const model = gru(3, 40);
  const parameters = storableParameters(model);
  const symbols = randomSymbols(1000, new Random(4));
  const [one, three] = await Promise.all(
    [1, 3].map((threads) => createNativeEngine({ threads }).createPredictor(model, parameters)),
  );
  const norms = await one!.lookBack(symbols, 5);
  assert.deepEqual(await three!.lookBack(symbols, 5), norms);
  await one!.lookBack(symbols.subarray(100), 6);
  assert.deepEqual(await one!.lookBack(symbols, 5), norms);
});

test('the way back ends where nothing is left of the gradient', async () => {
  const model = gru(2, 40);
  // Weights so small that little of a gradient survives a step.
  const parameters = storableParameters(model, 0.1);
  const symbols = randomSymbols(1000, new Random(4));
  const fp32 = nativeModes().find(({ numeric }) => numeric === 'fp32')!.name;
  const predictor = await createNativeEngine({ threads: 2, mode: fp32 }).createPredictor(model, parameters);
  const norms = await predictor.lookBack(symbols, 5);
  const reference = await createReferenceEngine().createPredictor(model, parameters);
  const expected = await reference.lookBack(symbols, 5);
  assertArrayClose(norms, expected, 2e-3, 'norms');
  const largest = norms.reduce((a, b) => Math.max(a, b));
  const begin = norms.findIndex((norm) => norm > 0);
  assert.ok(expected[begin - 1]! > 0, `nothing before ${begin} anyway`);
  // A whole chunk of 64 symbols is negligible before it ends.
  assert.ok(norms.subarray(begin, begin + 64).every((norm) => norm < 1e-9 * largest));
});

test('a network that is all but sure of the target has a gradient still', async () => {
  const model = gru(1, 5);
  const parameters = storableParameters(model);
  const symbols = randomSymbols(20, new Random(4));
  // The last 98 parameters are the bias of the softmax.
  parameters[parameters.length - 98 + 7]! += 25;
  const native = await createNativeEngine({ threads: 1, mode: 'fp32-plain' }).createPredictor(model, parameters);
  const reference = await createReferenceEngine().createPredictor(model, parameters);
  const expected = await reference.lookBack(symbols, 7);
  assert.ok(expected[19]! > 0 && expected[19]! < 1e-8);
  assertArrayClose(await native.lookBack(symbols, 7), expected, 2e-3, 'norms');
});

test('exact weights do not look back, and say so', async () => {
  const model = gru(1, 5);
  const predictor = await createNativeEngine({ threads: 1, storedWeights: false }).createPredictor(
    model,
    storableParameters(model),
  );
  await assert.rejects(predictor.lookBack(new Uint8Array(1), 5), /stored weights/);
});

test('looking back ends when it is cancelled, before it begins and while it goes on', async () => {
  const model = gru(2, 40);
  const parameters = storableParameters(model);
  const options = { ...model, mode: 'fp32-plain', threads: 2, stored: true };
  const addon = await engineAddon().createPredictor(options, parameters);
  const cancelled = new Uint8Array(new SharedArrayBuffer(1));
  const symbols = randomSymbols(200, new Random(3));
  const norms = await addon.lookBack(symbols, 5, cancelled);
  const long = addon.lookBack(randomSymbols(200_000, new Random(4)), 5, cancelled);
  cancelled[0] = 1;
  await assert.rejects(long, /^Error: cancelled$/);
  await assert.rejects(addon.lookBack(symbols, 5, cancelled), /^Error: cancelled$/);
  cancelled[0] = 0;
  assert.deepEqual(await addon.lookBack(symbols, 5, cancelled), norms, 'nothing is left of them');
  assert.throws(() => addon.lookBack(symbols, 5, new Uint8Array(0)), /at least one byte/);
});

test('a signal ends looking back, also while another call is under way', async () => {
  const model = gru(1, 5);
  const predictor = await createNativeEngine({ threads: 1 }).createPredictor(model, storableParameters(model));
  const symbols = randomSymbols(100, new Random(3));
  const stop = new AbortController();
  const [before, stopped, after] = [
    predictor.lookBack(symbols, 5),
    predictor.lookBack(symbols, 5, stop.signal),
    predictor.lookBack(symbols, 5),
  ];
  stop.abort(new Error('no longer'));
  await assert.rejects(stopped, /no longer/);
  assert.deepEqual(await after, await before);
});
