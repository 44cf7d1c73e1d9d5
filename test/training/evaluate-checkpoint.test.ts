import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine';
import { initialise } from '../../src/model/initialise';
import { CheckpointEvaluator } from '../../src/training/evaluate-checkpoint';
import { gru } from '../models';

const MODEL = gru(1, 1);
const HELD_OUT = new Uint8Array(20_001).fill(66);

/** Characters that the last validation of a training of so many seconds counts, which reads 400 characters a second. */
async function counted(seconds: number | null): Promise<number | undefined> {
  const predictor = await createReferenceEngine().createPredictor(MODEL, initialise(MODEL, 1, 'talk'));
  const { signal } = new AbortController();
  const setup = { heldOut: HELD_OUT, seed: 1, seconds, charactersPerSecond: 200, signal };
  return (await new CheckpointEvaluator(predictor, setup).validateFully())?.characters;
}

test('the last validation of a training of limited time takes a tenth of it, and at least three seconds', async () => {
  assert.equal(await counted(10), 1200);
  assert.equal(await counted(100), 4000);
  assert.equal(await counted(600), 20_001);
});

test('the last validation of a training of any time counts all held-out characters', async () => {
  assert.equal(await counted(null), 20_001);
});
