import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lossAndGradients } from '../../../src/engine/reference/network';
import type { ModelConfig } from '../../../src/model/config';
import { parameterCount, parameterLayout } from '../../../src/model/layout';
import { Random } from '../../../src/model/random';
import { CELLS, type CellName } from '../../../src/protocol/choices';
import { ALPHABET_SIZE } from '../../../src/python/alphabet';
import { fixtureState, networkFixture } from '../../fixtures/network-fixture';
import { assertClose } from '../assert-close';

const rows = 3;
const steps = 4;

/** A network of random parameters, a state before and a minibatch. */
function example(cell: CellName) {
  const random = new Random(1);
  const model: ModelConfig = { cell, layers: 2, units: 5 };
  const parameters = Float64Array.from({ length: parameterCount(model) }, () => random.next() - 0.5);
  const hidden = Float64Array.from({ length: model.layers * rows * model.units }, () => random.next() - 0.5);
  const symbols = () => Uint8Array.from({ length: rows * steps }, () => Math.floor(random.next() * ALPHABET_SIZE));
  return { model, parameters, hidden, inputs: symbols(), targets: symbols() };
}

for (const cell of CELLS) {
  describe(cell, () => {
    const { model, parameters, hidden, inputs, targets } = example(cell);

    for (const { name, offset, length } of parameterLayout(model)) {
      test(`gradient of ${name} is that of finite differences`, async () => {
        const { gradients } = await lossAndGradients(model, parameters, inputs, targets, rows, hidden);
        const nudge = 1e-5;
        const lossWith = async (i: number, delta: number) => {
          const nudged = parameters.slice();
          nudged[i]! += delta;
          return (await lossAndGradients(model, nudged, inputs, targets, rows, hidden)).loss;
        };
        for (const i of places(offset, length)) {
          const difference = ((await lossWith(i, nudge)) - (await lossWith(i, -nudge))) / (2 * nudge);
          assertClose([gradients[i]!], [difference], 1e-9, `${name}[${i - offset}]`);
        }
        assert.ok(gradients.subarray(offset, offset + length).some((g) => Math.abs(g) > 1e-4));
      });
    }

    test('loss, gradients and hidden state of one minibatch are those of PyTorch', async () => {
      const fixture = networkFixture(cell);
      const state = fixtureState(fixture);
      const result = await lossAndGradients(
        fixture.model,
        Float64Array.from(state.parameters),
        Uint8Array.from(fixture.minibatches[0]!.inputs),
        Uint8Array.from(fixture.minibatches[0]!.targets),
        fixture.batch,
        Float64Array.from(state.hidden),
      );
      assertClose([result.loss], [fixture.results[0]!.loss], 1e-12, 'loss');
      assertClose([result.accuracy], [fixture.results[0]!.accuracy], 1e-12, 'accuracy');
      assertClose(result.gradients, fixture.first.gradients, 1e-11, 'gradients');
    });

    test('arguments are left as they were', async () => {
      const copies = [parameters.slice(), hidden.slice()];
      await lossAndGradients(model, parameters, inputs, targets, rows, hidden);
      assert.deepEqual([parameters, hidden], copies);
    });
  });
}

/** Some 30 indices of a tensor, among them its last rows, which multiply the hidden state. */
function places(offset: number, length: number): number[] {
  const stride = Math.ceil(length / 15);
  const spread = Array.from({ length }, (_, i) => i).filter((i) => i % stride === 0 || i >= length - 15);
  return spread.map((i) => offset + i);
}
