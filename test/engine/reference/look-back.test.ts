import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellForward } from '../../../src/engine/reference/gru';
import { inputGradients } from '../../../src/engine/reference/look-back';
import { networkParameters } from '../../../src/engine/reference/parameters';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { softmaxForward } from '../../../src/engine/reference/softmax';
import type { ModelConfig } from '../../../src/model/config';
import { parameterCount } from '../../../src/model/layout';
import { Random } from '../../../src/model/random';
import { ALPHABET_SIZE } from '../../../src/python/alphabet';
import { assertClose } from '../assert-close';

const random = new Random(3);
const model: ModelConfig = { layers: 2, units: 5 };
const parameters = Float32Array.from({ length: parameterCount(model) }, () => 2 * random.next() - 1);
const network = networkParameters(model, Float64Array.from(parameters));
const symbols = Uint8Array.from({ length: 7 }, () => Math.floor(random.next() * ALPHABET_SIZE));
const TARGET = 42;

function oneHot(symbol: number): Float64Array {
  const vector = new Float64Array(ALPHABET_SIZE);
  vector[symbol] = 1;
  return vector;
}

/** ln p(TARGET) after inputs that need not be one-hot. */
function logProbability(inputs: readonly Float64Array[]): number {
  let hidden = network.cells.map(({ units }) => new Float64Array(units));
  for (const input of inputs) {
    let below = input;
    hidden = hidden.map((before, layer) => {
      below = cellForward(network.cells[layer]!, below, before, 1).after;
      return below as Float64Array<ArrayBuffer>;
    });
  }
  return Math.log(softmaxForward(network.softmax, hidden.at(-1)!, 1)[TARGET]!);
}

test('gradient by every input is that of finite differences', async () => {
  const gradients = await inputGradients(model, network, symbols, TARGET);
  assert.equal(gradients.length, symbols.length);
  const nudge = 1e-5;
  for (const [t, gradient] of gradients.entries()) {
    const difference = Array.from(gradient, (_, element) => {
      const nudged = (by: number) => {
        const inputs = Array.from(symbols, oneHot);
        inputs[t]![element]! += by;
        return logProbability(inputs);
      };
      return (nudged(nudge) - nudged(-nudge)) / (2 * nudge);
    });
    assertClose(gradient, difference, 1e-9, `gradient by input ${t}`);
    assert.ok(gradient.some((value) => Math.abs(value) > 1e-6));
  }
});

test('looking back gives the norms of these gradients', async () => {
  const predictor = await createReferenceEngine().createPredictor(model, parameters);
  const gradients = await inputGradients(model, network, symbols, TARGET);
  const norms = gradients.map((gradient) => Math.sqrt(gradient.reduce((sum, value) => sum + value ** 2, 0)));
  assertClose(await predictor.lookBack(symbols, TARGET), norms, 1e-6, 'norms');
});
