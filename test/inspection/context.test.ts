import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Predictor } from '../../src/engine/engine';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine';
import {
  charactersToRead,
  measureClosers,
  measureContext,
  measureReaches,
  REACHES,
} from '../../src/inspection/context';
import { initialise } from '../../src/model/initialise';
import { encode } from '../../src/python/alphabet';
import { rnn } from '../models';

/**
 * A network that sees exactly `sight` characters back: its state counts what it has read, and it knows the next
 * character (0 nats) once it has read so many, else costs ln 2.
 */
function shortSighted(sight: number): Predictor {
  return {
    ...unused,
    model: rnn(1, 1),
    score: async (inputs, _, rows, hidden) => {
      const steps = inputs.length / rows;
      const read = (i: number) => hidden[Math.floor(i / steps)]! + (i % steps) + 1;
      const nats = Float32Array.from(inputs, (_, i) => (read(i) >= sight ? 0 : Math.LN2));
      const correct = Uint8Array.from(nats, (nat) => Number(nat === 0));
      for (let row = 0; row < rows; row++) {
        hidden[row]! += steps;
      }
      return { nats, correct };
    },
  };
}

const unused = {
  initialState: () => assert.fail(),
  read: () => assert.fail(),
  readEach: () => assert.fail(),
  readStates: () => assert.fail(),
  readBatch: () => assert.fail(),
  lookBack: () => assert.fail(),
  dispose: () => {},
};

test('a network that needs 100 characters costs a bit below that and none from there on', async () => {
  const text = encode('x = 1\n'.repeat(2000));
  const { characters, reaches } = await measureReaches(shortSighted(100), text, 640);
  assert.equal(characters, 640);
  assert.deepEqual(
    reaches.map(({ reach, accuracy }) => [reach, accuracy]),
    REACHES.map((reach) => [reach, Number(reach >= 100)]),
  );
  for (const { reach, bpc } of reaches) {
    assert.ok(Math.abs(bpc - Number(reach < 100)) < 1e-6, `${bpc} bits at ${reach}`);
  }
});

test('with every reach the same characters are predicted from those before them, one by one', async () => {
  const model = rnn(2, 5);
  const predictor = await createReferenceEngine().createPredictor(model, initialise(model, 3));
  const text = encode('def f(x):\n    return x\n\n'.repeat(40)).slice(0, 300);
  // One cluster of 64 characters after the first 100.
  const { reaches } = await measureReaches(predictor, text, 64);
  for (const { reach, bpc } of reaches.filter(({ reach }) => reach <= 10)) {
    let nats = 0;
    for (let at = 100; at < 164; at++) {
      const hidden = predictor.initialState();
      const before = text.slice(at - reach, at);
      const scores = await predictor.score(before, text.slice(at - reach + 1, at + 1), 1, hidden);
      nats += scores.nats.at(-1)!;
    }
    assert.ok(Math.abs(bpc - nats / 64 / Math.LN2) < 1e-6, `${bpc} with ${reach}`);
  }
  assert.deepEqual(
    reaches.map(({ reach }) => reach),
    [1, 3, 10, 30, 100],
  );
});

test('closers count by their distance, in code alone', async () => {
  // Distances 1, 3, 12 and, with the others between, 27; no closer in the string, the field or the comment counts.
  const file = encode('f(a())\nb = [0, 1, 2, 3]\nc = "(]" + f"{d}"  # )\ng[(1, 2, 3, 4, 5, 6, 7, 8, 9)]\n');
  const sure: Predictor = {
    ...shortSighted(0),
    // Right where the target is a bracket of the second kind.
    score: async (_, targets) => ({
      nats: new Float32Array(targets.length),
      correct: Uint8Array.from(targets, (target) => Number(target === encode(']')[0])),
    }),
  };
  const closers = await measureClosers(sure, [file]);
  assert.deepEqual(
    closers.filter(({ total }) => total > 0),
    [
      { from: 1, to: 3, right: 0, total: 1 },
      { from: 3, to: 10, right: 0, total: 1 },
      { from: 10, to: 30, right: 2, total: 3 },
    ],
  );
});

test('small pieces measure the same, each is told, and together they are what was foretold', async () => {
  const model = rnn(1, 4);
  const predictor = await createReferenceEngine().createPredictor(model, initialise(model, 3));
  const files = [encode('print((1, 2))\n'.repeat(400)).slice(0, 5000)];
  const whole = await measureContext(predictor, files, 128);
  const pieces: number[] = [];
  const afterPiece = async (characters: number) => void pieces.push(characters);
  const inPieces = await measureContext(predictor, files, 128, { piece: 16, afterPiece });
  for (const [i, { reach, bpc, accuracy }] of whole.reaches.entries()) {
    const other = inPieces.reaches[i]!;
    assert.deepEqual([other.reach, other.accuracy], [reach, accuracy]);
    assert.ok(Math.abs(other.bpc - bpc) < 1e-6);
  }
  assert.deepEqual(inPieces.closers, whole.closers);
  // 128 rows are read side by side, one character each.
  assert.ok(pieces.every((characters) => characters <= 128));
  assert.ok(pieces.includes(15), 'five characters in each of three rows, for closing brackets');
  assert.equal(
    pieces.reduce((sum, characters) => sum + characters, 0),
    charactersToRead(5000, 128),
  );
});

test('whoever has his turn between pieces can end the measurement', async () => {
  const afterPiece = () => Promise.reject(new Error('enough'));
  const measured = measureContext(shortSighted(1), [encode('x = 1\n'.repeat(100))], 64, { afterPiece });
  await assert.rejects(measured, /enough/);
});
