import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine';
import { initialise } from '../../src/model/initialise';
import { CheckpointEvaluator, type CheckpointEvaluatorSetup } from '../../src/training/evaluate-checkpoint';
import type { Inspector } from '../../src/training/inspector';
import { gru } from '../models';

const MODEL = gru(1, 1);
const SETUP = {
  heldOut: new Uint8Array(20_001).fill(66),
  seed: 1,
  prompts: ['\n', 'def ', 'x'],
  inspector: null,
  seconds: null,
  charactersPerSecond: 1e6,
  signal: new AbortController().signal,
};

/** Characters that the last validation of a training of so many seconds counts, which reads 400 characters a second. */
async function counted(seconds: number | null): Promise<number | undefined> {
  const predictor = await createReferenceEngine().createPredictor(MODEL, initialise(MODEL, 1, 'talk'));
  return (await new CheckpointEvaluator(predictor, { ...SETUP, seconds, charactersPerSecond: 200 }).validateFully())
    ?.characters;
}

test('the last validation of a training of limited time takes a tenth of it, and at least three seconds', async () => {
  assert.equal(await counted(10), 1200);
  assert.equal(await counted(100), 4000);
  assert.equal(await counted(600), 20_001);
});

test('the last validation of a training of any time counts all held-out characters', async () => {
  assert.equal(await counted(null), 20_001);
});

async function evaluator(changes: Partial<CheckpointEvaluatorSetup>): Promise<CheckpointEvaluator> {
  const predictor = await createReferenceEngine().createPredictor(MODEL, initialise(MODEL, 1, 'talk'));
  return new CheckpointEvaluator(predictor, { ...SETUP, ...changes });
}

test('a sample is written after every prompt, and all together take no longer than one on a slow engine', async () => {
  const lengths = async (charactersPerSecond: number) => {
    const samples = await (await evaluator({ charactersPerSecond })).samples();
    assert.deepEqual(
      samples.map(({ prompt }) => prompt),
      SETUP.prompts,
    );
    return samples.map(({ text }) => text.length);
  };
  assert.deepEqual(await lengths(1e6), [600, 600, 600]);
  assert.deepEqual(await lengths(150), [300, 300, 300], '900 characters in three seconds');
  assert.deepEqual(await lengths(1), [100, 100, 100], 'not so few that they show nothing');
});

test('samples have the marks that an inspector puts on them, and its measures are asked for a second', async () => {
  const asked: number[] = [];
  const measures = { closers: [], names: { right: 1, total: 2 }, indents: { right: 3, total: 4 } };
  const inspector: Inspector = {
    marks: (text, prompt) => [{ kind: 'keyword', start: prompt.length, end: text.length }],
    structure: async (_, { characters }) => {
      asked.push(characters);
      return measures;
    },
  };
  const inspected = await evaluator({ inspector, charactersPerSecond: 150 });
  const [, second] = await inspected.samples();
  assert.deepEqual(second!.marks, [{ kind: 'keyword', start: 4, end: 300 }]);
  assert.deepEqual(await inspected.structure(), measures);
  assert.deepEqual(asked, [300]);
  assert.equal(await (await evaluator({})).structure(), null);
});
