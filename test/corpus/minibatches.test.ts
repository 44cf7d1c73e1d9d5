import assert from 'node:assert/strict';
import test from 'node:test';
import { Minibatches } from '../../src/corpus/minibatches';
import { UserError } from '../../src/protocol/user-error';

/** A text in which every three neighbours differ from all other three, so that its order can be told. */
function distinctText(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * i * 31 + i * 7 + (i >> 3)) % 98);
}

test('the rows of all epochs give the whole text, in order, each row going on where it stopped', () => {
  const [batch, seqlen] = [4, 5];
  const text = distinctText(4 * 5 * 6 + 13);
  const minibatches = new Minibatches(text, batch, seqlen);
  assert.equal(minibatches.perEpoch, 6);
  const used = batch * seqlen * minibatches.perEpoch;

  for (let row = 0; row < batch; row++) {
    const read: number[] = [];
    const toLearn: number[] = [];
    for (let index = 0; index < minibatches.perEpoch * batch; index++) {
      const { inputs, targets } = minibatches.at(index);
      read.push(...inputs.subarray(row * seqlen, (row + 1) * seqlen));
      toLearn.push(...targets.subarray(row * seqlen, (row + 1) * seqlen));
    }
    // Row k starts at piece k and has come round after `batch` epochs.
    const start = (row * used) / batch;
    const rotated = [...text.subarray(start, used), ...text.subarray(0, start)];
    assert.deepEqual(read, rotated);
    const following = [...text.subarray(start + 1, used + 1), ...text.subarray(1, start + 1)];
    assert.deepEqual(toLearn, following);
  }
});

test('one epoch reads every piece once', () => {
  const text = distinctText(3 * 4 * 5 + 1);
  const minibatches = new Minibatches(text, 3, 4);
  for (const epoch of [0, 1, 2, 7]) {
    const rows: number[][] = [[], [], []];
    for (let i = 0; i < minibatches.perEpoch; i++) {
      const { inputs } = minibatches.at(epoch * minibatches.perEpoch + i);
      for (const [k, row] of rows.entries()) {
        row.push(...inputs.subarray(k * 4, (k + 1) * 4));
      }
    }
    const inTextOrder = rows.flatMap((_, piece) => rows[(((piece - epoch) % 3) + 3) % 3]!);
    assert.deepEqual(inTextOrder, [...text.subarray(0, 60)]);
  }
});

test('the epoch is a real number, and any step can be asked for on its own', () => {
  const minibatches = new Minibatches(distinctText(1000), 2, 5);
  assert.equal(minibatches.perEpoch, 99);
  assert.equal(minibatches.at(0).epoch, 0);
  assert.equal(minibatches.at(33).epoch, 33 / 99);
  assert.equal(minibatches.at(250).epoch, 250 / 99);
  assert.deepEqual(minibatches.at(250), new Minibatches(distinctText(1000), 2, 5).at(250));
});

test('a text that is too short for one minibatch is a clear error that says what would fit', () => {
  assert.equal(new Minibatches(distinctText(3001), 100, 30).perEpoch, 1);
  assert.throws(
    () => new Minibatches(distinctText(3000), 100, 30),
    new UserError(
      'The text to train on has 3000 characters, but one minibatch of 100 × 30 needs 3001; choose a batch of at most 99, or train on more code.',
    ),
  );
  assert.throws(() => new Minibatches(distinctText(20), 100, 30), /choose a smaller batch and seqlen/);
});
