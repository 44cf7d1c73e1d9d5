import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { ALPHABET_SIZE } from '../../../src/python/alphabet';
import { fixtureState, networkFixture } from '../../fixtures/network-fixture';
import { assertClose } from '../assert-close';

const fixture = networkFixture('gru');
const { model, batch, seqlen } = fixture;
const inputs = Uint8Array.from(fixture.minibatches[0]!.inputs);
const targets = Uint8Array.from(fixture.minibatches[0]!.targets);
const state = fixtureState(fixture);
const predictor = createReferenceEngine().createPredictor(model, state.parameters);

/** Hidden state of one row of the fixture, [layers, units]. */
function hiddenOf(row: number): Float32Array {
  const pieces = Array.from({ length: model.layers }, (_, layer) => {
    const start = (layer * batch + row) * model.units;
    return [...state.hidden.subarray(start, start + model.units)];
  });
  return Float32Array.from(pieces.flat());
}
const rowOf = (symbols: Uint8Array, row: number) => symbols.subarray(row * seqlen, (row + 1) * seqlen);
const expectedOf = (row: number) => {
  const length = seqlen * ALPHABET_SIZE;
  return fixture.first.probabilities.slice(row * length, (row + 1) * length);
};

test('probabilities after every symbol are those of PyTorch', async () => {
  for (let row = 0; row < batch; row++) {
    const probabilities = await (await predictor).readEach(hiddenOf(row), rowOf(inputs, row));
    assertClose(probabilities, expectedOf(row), 1e-7, `row ${row}`);
  }
});

test('reading in pieces is reading at once', async () => {
  const p = await predictor;
  const whole = p.initialState();
  const pieces = p.initialState();
  const expected = await p.read(whole, inputs);
  await p.read(pieces, inputs.subarray(0, 5));
  assertClose(await p.read(pieces, inputs.subarray(5)), expected, 1e-6, 'probabilities');
  assertClose(pieces, whole, 1e-6, 'state');
  assert.ok(whole.some((value) => value !== 0));
});

test('states after every symbol are those of reading up to it', async () => {
  const p = await predictor;
  const text = rowOf(inputs, 0);
  const [state, same] = [hiddenOf(0), hiddenOf(0)];
  const { probabilities, states } = await p.readStates(state, text);
  assert.deepEqual(probabilities, await p.readEach(same, text));
  assert.deepEqual(state, same);
  const size = model.layers * model.units;
  for (let t = 0; t < seqlen; t++) {
    const alone = hiddenOf(0);
    await p.read(alone, text.subarray(0, t + 1));
    assert.deepEqual(states.subarray(t * size, (t + 1) * size), alone, `state ${t}`);
  }
});

test('streams read side by side are streams read one by one', async () => {
  const p = await predictor;
  const together = [hiddenOf(0), hiddenOf(1)];
  const probabilities = await p.readBatch(together, inputs.subarray(0, 2));
  for (const row of [0, 1]) {
    const alone = hiddenOf(row);
    const expected = await p.read(alone, inputs.subarray(row, row + 1));
    assert.deepEqual(probabilities.subarray(row * ALPHABET_SIZE, (row + 1) * ALPHABET_SIZE), expected);
    assert.deepEqual(together[row], alone);
  }
});

test('scores are cross-entropy and correctness of every target, rows carried on', async () => {
  const hidden = state.hidden.slice();
  const { nats, correct } = await (await predictor).score(inputs, targets, batch, hidden);
  const mean = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0) / inputs.length;
  assertClose([mean(nats)], [fixture.results[0]!.loss], 1e-6, 'mean cross-entropy');
  assertClose([mean(correct)], [fixture.results[0]!.accuracy], 1e-9, 'accuracy');
  for (let i = 0; i < inputs.length; i++) {
    assertClose(
      [nats[i]!],
      [-Math.log(fixture.first.probabilities[i * ALPHABET_SIZE + targets[i]!]!)],
      1e-5,
      `nats ${i}`,
    );
  }
  const alone = hiddenOf(1);
  await (await predictor).read(alone, rowOf(inputs, 1));
  assertClose(hidden.subarray(model.units, 2 * model.units), alone.subarray(0, model.units), 1e-7, 'hidden, row 1');
});
