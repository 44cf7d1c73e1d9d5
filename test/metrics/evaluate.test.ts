import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Predictor } from '../../src/engine/engine';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine';
import { evaluate } from '../../src/metrics/evaluate';
import { initialise } from '../../src/model/initialise';
import { encode, LINE_FEED_SYMBOL } from '../../src/python/alphabet';
import { gru } from '../models';
import { pythonFile } from '../training/project';

const MODEL = gru(2, 6);

async function predictor(): Promise<Predictor> {
  return await createReferenceEngine().createPredictor(MODEL, initialise(MODEL, 3));
}

function text(characters: number): Uint8Array {
  const files = Array.from({ length: Math.ceil(characters / 300) }, (_, i) => pythonFile(i)).join('');
  return encode(files).slice(0, characters);
}

/** One character after the other, as the figure is defined. */
async function oneByOne(predictor: Predictor, text: Uint8Array): Promise<{ bpc: number; accuracy: number }> {
  const read = Uint8Array.of(LINE_FEED_SYMBOL, ...text.subarray(0, -1));
  const { nats, correct } = await predictor.score(read, text, 1, predictor.initialState());
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
  return { bpc: mean(nats) / Math.LN2, accuracy: mean(correct) };
}

for (const characters of [1, 700, 3001]) {
  test(`rows side by side give what reading one by one gives (${characters} characters)`, async () => {
    const network = await predictor();
    const expected = await oneByOne(network, text(characters));
    const measured = await evaluate(network, text(characters));
    assert.equal(measured.characters, characters);
    assert.ok(Math.abs(measured.bpc - expected.bpc) < 1e-6, `${measured.bpc} ${expected.bpc}`);
    assert.ok(Math.abs(measured.accuracy - expected.accuracy) < 1e-12);
  });
}

test('part of a text is counted in pieces spread over all of it', async () => {
  // The first half is easy for this stand-in, the second hard; the figure must not be that of the first half.
  const whole = text(4000).fill(LINE_FEED_SYMBOL, 0, 2000);
  const network: Predictor = {
    ...(await predictor()),
    model: MODEL,
    score: async (_, targets) => ({
      nats: Float32Array.from(targets, (target) => (target === LINE_FEED_SYMBOL ? 0 : 1)),
      correct: new Uint8Array(targets.length),
    }),
  };
  const { bpc } = await evaluate(network, whole);
  const part = await evaluate(network, whole, 2000);
  assert.equal(part.characters, 2000);
  assert.ok(Math.abs(part.bpc - bpc) < 0.05, `${part.bpc} ${bpc}`);
  assert.equal((await evaluate(network, whole, 9999)).characters, 4000);
});

test('an aborted evaluation throws the reason', async () => {
  await assert.rejects(evaluate(await predictor(), text(700), 700, AbortSignal.abort(new Error('enough'))), /enough/);
});
