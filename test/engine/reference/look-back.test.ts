import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputGradients } from '../../../src/engine/reference/look-back';
import { type NetworkLayers, networkLayers } from '../../../src/engine/reference/parameters';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { softmaxForward } from '../../../src/engine/reference/softmax';
import type { ModelConfig } from '../../../src/model/config';
import { parameterCount } from '../../../src/model/layout';
import { Random } from '../../../src/model/random';
import { ALPHABET_SIZE } from '../../../src/python/alphabet';
import { gru, rnn } from '../../models';
import { assertClose } from '../assert-close';

const TARGET = 42;

/** A network of random parameters and a text. */
function example(model: ModelConfig) {
  const random = new Random(3);
  const parameters = Float32Array.from({ length: parameterCount(model) }, () => 2 * random.next() - 1);
  const network = networkLayers(model, Float64Array.from(parameters), null);
  const symbols = Uint8Array.from({ length: 7 }, () => Math.floor(random.next() * ALPHABET_SIZE));
  return { parameters, network, symbols };
}

function oneHot(symbol: number): Float64Array {
  const vector = new Float64Array(ALPHABET_SIZE);
  vector[symbol] = 1;
  return vector;
}

/** ln p(TARGET) after inputs that need not be one-hot. */
function logProbability(network: NetworkLayers, { units }: ModelConfig, inputs: readonly Float64Array[]): number {
  let hidden = network.cells.map(() => new Float64Array(units));
  for (const input of inputs) {
    let below = input;
    hidden = hidden.map((before, layer) => {
      below = network.cells[layer]!.forward(below, before, 1).after;
      return below as Float64Array<ArrayBuffer>;
    });
  }
  return Math.log(softmaxForward(network.softmax, hidden.at(-1)!, 1)[TARGET]!);
}

for (const model of [gru(2, 5), rnn(2, 5)]) {
  const { parameters, network, symbols } = example(model);
  test(`gradient by every input is that of finite differences, ${model.cell}`, async () => {
    const gradients = await inputGradients(model, network, symbols, TARGET);
    assert.equal(gradients.length, symbols.length);
    const nudge = 1e-5;
    for (const [t, gradient] of gradients.entries()) {
      const difference = Array.from(gradient, (_, element) => {
        const nudged = (by: number) => {
          const inputs = Array.from(symbols, oneHot);
          inputs[t]![element]! += by;
          return logProbability(network, model, inputs);
        };
        return (nudged(nudge) - nudged(-nudge)) / (2 * nudge);
      });
      assertClose(gradient, difference, 1e-9, `gradient by input ${t}`);
      assert.ok(gradient.some((value) => Math.abs(value) > 1e-6));
    }
  });

  test(`looking back gives the norms of these gradients, ${model.cell}`, async () => {
    const predictor = await createReferenceEngine().createPredictor(model, parameters);
    const gradients = await inputGradients(model, network, symbols, TARGET);
    const norms = gradients.map((gradient) => Math.sqrt(gradient.reduce((sum, value) => sum + value ** 2, 0)));
    assertClose(await predictor.lookBack(symbols, TARGET), norms, 1e-6, 'norms');
  });

  test(`looking back ends with its signal, ${model.cell}`, async () => {
    const predictor = await createReferenceEngine().createPredictor(model, parameters);
    const stop = new AbortController();
    const norms = predictor.lookBack(symbols, TARGET, stop.signal);
    stop.abort(new Error('no longer'));
    await assert.rejects(norms, /no longer/);
  });
}
