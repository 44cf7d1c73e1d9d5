import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { TALK_MODEL } from '../../src/model/config';
import { initialise, initialTrainingState } from '../../src/model/initialise';
import { parameterCount, parameterLayout } from '../../src/model/layout';
import { gru, rnn } from '../models';

const small = gru(2, 16);

test('as in the talk, kernels fill their Glorot range evenly, gate biases are 1, other biases 0', () => {
  const parameters = initialise(small, 1, 'talk');
  for (const { name, shape, offset, length } of parameterLayout(small)) {
    const tensor = [...parameters.subarray(offset, offset + length)];
    if (name.endsWith('bias')) {
      assert.ok(
        tensor.every((value) => value === (name.includes('gates') ? 1 : 0)),
        name,
      );
      continue;
    }
    const limit = Math.sqrt(6 / (shape[0]! + shape[1]!));
    const largest = Math.max(...tensor.map(Math.abs));
    assert.ok(largest <= limit && largest > 0.95 * limit, name);
    const variance = tensor.reduce((sum, x) => sum + x * x, 0) / length;
    assert.ok(Math.abs(variance / (limit ** 2 / 3) - 1) < 0.1, `${name}: ${variance}`);
  }
});

test('with one-hot-lecun the rows of symbols have variance 1 and all biases are 0; the rest is as in the talk', () => {
  const [lecun, talk] = [initialise(small, 1, 'one-hot-lecun'), initialise(small, 1, 'talk')];
  for (const { name, shape, offset, length } of parameterLayout(small)) {
    const tensor = [...lecun.subarray(offset, offset + length)];
    const symbols = name.startsWith('cell_0/') && name.endsWith('kernel') ? 98 * shape[1]! : 0;
    const variance = tensor.slice(0, symbols).reduce((sum, x) => sum + x * x, 0) / symbols;
    if (symbols > 0) {
      assert.ok(Math.abs(variance - 1) < 0.1, `${name}: ${variance}`);
    }
    const others = tensor.slice(symbols);
    if (name.endsWith('bias')) {
      assert.ok(
        others.every((value) => value === 0),
        name,
      );
    } else {
      assert.deepEqual(others, [...talk.subarray(offset + symbols, offset + length)], name);
    }
  }
});

test('an RNN has one kernel and one bias a layer, and starts as the GRU does, but with no bias anywhere', () => {
  const model = rnn(2, 16);
  const names = parameterLayout(model).map(({ name, shape }) => `${name} ${shape}`);
  assert.deepEqual(names, [
    'cell_0/basic_rnn_cell/kernel 114,16',
    'cell_0/basic_rnn_cell/bias 16',
    'cell_1/basic_rnn_cell/kernel 32,16',
    'cell_1/basic_rnn_cell/bias 16',
    'softmax/kernel 16,98',
    'softmax/bias 98',
  ]);
  const [lecun, talk] = [initialise(model, 1, 'one-hot-lecun'), initialise(model, 1, 'talk')];
  for (const { name, shape, offset, length } of parameterLayout(model)) {
    const tensor = talk.subarray(offset, offset + length);
    if (name.endsWith('bias')) {
      assert.ok(tensor.every((value) => value === 0) && lecun.subarray(offset, offset + length).every((x) => x === 0));
      continue;
    }
    const limit = Math.sqrt(6 / (shape[0]! + shape[1]!));
    const largest = tensor.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    assert.ok(largest <= limit && largest > 0.95 * limit, name);
  }
  const symbols = lecun.subarray(0, 98 * 16);
  const variance = symbols.reduce((sum, x) => sum + x * x, 0) / symbols.length;
  assert.ok(Math.abs(variance - 1) < 0.1, `${variance}`);
});

test('a seed gives the same bits everywhere, another seed other bits', () => {
  const hash = (seed: number) =>
    createHash('sha256')
      .update(new Uint8Array(initialise(small, seed).buffer))
      .digest('hex');
  assert.equal(hash(1), '8ab3965c3cef40ecf2876f1f756d9b38549aca8a9faec69e8afed6f124839c06');
  assert.notEqual(hash(2), hash(1));
});

test("the talk's model has 4,137,570 parameters", () => {
  assert.equal(parameterCount(TALK_MODEL), 4_137_570);
});

test('training starts with all but the parameters at zero', () => {
  const state = initialTrainingState(small, 3, 1);
  assert.deepEqual(state.parameters, initialise(small, 1));
  assert.deepEqual(state.firstMoment, new Float32Array(parameterCount(small)));
  assert.deepEqual(state.secondMoment, new Float32Array(parameterCount(small)));
  assert.deepEqual(state.hidden, new Float32Array(2 * 3 * 16));
  assert.equal(state.step, 0);
});
