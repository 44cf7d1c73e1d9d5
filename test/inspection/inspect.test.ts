import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine';
import { activationsOf, inspectCharacters, lookBackFrom, readText } from '../../src/inspection/inspect';
import { ALPHABET_SIZE, encode, symbolOf } from '../../src/python/alphabet';
import { livelyState } from '../engine/native/cases';
import { gru } from '../models';

const model = gru(2, 6);
const { parameters } = livelyState({ model, batch: 1, seqlen: 1 }, 1);
const created = createReferenceEngine().createPredictor(model, parameters);
const TEXT = 'def f(x):\r\n    return "é"\n';

/** Probabilities after a line feed and `before`. */
async function after(before: string): Promise<Float32Array> {
  const predictor = await created;
  return predictor.read(predictor.initialState(), encode(`\n${before}`));
}

test('a character’s probability is that of its symbol after the text before it', async () => {
  const characters = inspectCharacters(await readText(await created, TEXT));
  assert.equal(characters.length, TEXT.length - 1, 'a line end is one character');
  for (const at of [0, 3, 20]) {
    const { probability, bits } = characters[at]!;
    const symbol = encode(TEXT)[at]!;
    const expected = (await after(TEXT.replace('\r', '').slice(0, at)))[symbol]!;
    assert.equal(probability, expected);
    assert.equal(bits, -Math.log2(expected));
  }
});

test('the five likeliest alternatives, the likeliest first', async () => {
  const [first] = inspectCharacters(await readText(await created, 'x'));
  const probabilities = await after('');
  const sorted = probabilities.toSorted().reverse();
  assert.deepEqual(
    first!.alternatives.map(({ probability }) => probability),
    [...sorted.subarray(0, 5)],
  );
  for (const { character, probability } of first!.alternatives) {
    assert.equal(probabilities[symbolOf(character.charCodeAt(0))], probability);
  }
});

test('bits of a probability that has rounded to zero are finite', () => {
  const probabilities = new Float32Array(2 * ALPHABET_SIZE);
  const reading = { model, symbols: Uint8Array.of(97, 5), probabilities, states: new Float32Array(0) };
  assert.deepEqual(
    inspectCharacters(reading).map(({ bits }) => bits),
    [149],
  );
});

test('a unit’s activation is its state after each character, in a text of many pieces too', async () => {
  const predictor = await created;
  const text = TEXT.repeat(50);
  let pieces = 0;
  const reading = await readText(predictor, text, async () => {
    pieces++;
  });
  assert.ok(pieces > 2);
  const activations = activationsOf(reading, 1, 4);
  assert.equal(activations.length, encode(text).length);
  const state = predictor.initialState();
  await predictor.read(state, encode(`\n${text}`).subarray(0, 1000));
  assert.ok(Math.abs(activations[998]! - state[model.units + 4]!) < 1e-6);
});

test('looking back from a character gives a norm for each before it', async () => {
  const predictor = await created;
  const norms = await lookBackFrom(predictor, TEXT, 4);
  const expected = await predictor.lookBack(encode('\ndef '), symbolOf('f'.charCodeAt(0)));
  assert.deepEqual(norms, [...expected.subarray(1)]);
  assert.deepEqual(await lookBackFrom(predictor, TEXT, 0), []);
});
