import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine';
import { generate } from '../../src/generation/generate';
import { generateSideBySide } from '../../src/generation/generate-side-by-side';
import { initialise } from '../../src/model/initialise';
import { Random } from '../../src/model/random';
import { decode } from '../../src/python/alphabet';
import { gru } from '../models';

const MODEL = gru(1, 6);
const network = createReferenceEngine().createPredictor(MODEL, initialise(MODEL, 3));

test('the same seed writes the same text, another seed another', async () => {
  const write = async (seed: number) => generate(await network, 'def ', 40, { temperature: 1 }, new Random(seed));
  const first = await write(1);
  assert.equal(first.length, 40);
  assert.equal(await write(1), first);
  assert.notEqual(await write(2), first);
});

test('what is written follows from what is read, character by character', async () => {
  const predictor = await network;
  const greedy = { top: 1 };
  const eight = await generate(predictor, 'x = ', 8, greedy, new Random(1));
  const one = await generate(predictor, 'x = ', 1, greedy, new Random(1));
  const rest = await generate(predictor, `x = ${one}`, 7, greedy, new Random(1));
  assert.equal(eight, one + rest);
});

test('an empty prompt is the start of a line', async () => {
  const predictor = await network;
  const write = (prompt: string) => generate(predictor, prompt, 20, { temperature: 1 }, new Random(1));
  assert.equal(await write(''), await write('\n'));
});

test('an aborted generation throws the reason', async () => {
  const aborted = AbortSignal.abort(new Error('enough'));
  await assert.rejects(generate(await network, 'x', 5, { top: 1 }, new Random(1), { signal: aborted }), /enough/);
});

test('a constraint is asked before each character, and told which was written', async () => {
  const told: number[] = [];
  const constraint = {
    weigh: (probabilities: Float32Array) => probabilities.map((_, symbol) => (symbol === 30 + told.length ? 1 : 0)),
    advance: (symbol: number) => void told.push(symbol),
  };
  const text = await generate(await network, 'x', 3, { temperature: 1 }, new Random(1), { constraint });
  assert.deepEqual(told, [30, 31, 32]);
  assert.equal(text, decode(told));
});

test('texts written side by side are those written one by one', async () => {
  const predictor = await network;
  const prompts = ['\n', 'def ', '', 'import a, '];
  const how = { temperature: 0.8 };
  const streams = prompts.map((prompt, row) => ({ prompt, random: new Random(row) }));
  const together = await generateSideBySide(predictor, streams, 60, how);
  const alone = [];
  for (const [row, prompt] of prompts.entries()) {
    alone.push(await generate(predictor, prompt, 60, how, new Random(row)));
  }
  assert.deepEqual(together, alone);
  assert.equal(new Set(together).size, prompts.length);
});

test('aborted generations side by side throw the reason', async () => {
  const aborted = AbortSignal.abort(new Error('enough'));
  const streams = [{ prompt: 'x', random: new Random(1) }];
  await assert.rejects(generateSideBySide(await network, streams, 5, { top: 1 }, aborted), /enough/);
});
