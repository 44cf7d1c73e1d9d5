import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpByOpTraining } from '../../../src/benchmark/peers/tfjs-op-by-op';
import { loadTensorFlow } from '../../../src/engine/tfjs/load';
import { fixtureState, networkFixture } from '../../fixtures/network-fixture';
import { assertClose } from '../assert-close';
import { skip } from './skip';

const fixture = networkFixture('gru');
const { model, batch, seqlen, learningRate } = fixture;
const start = () =>
  new OpByOpTraining(loadTensorFlow(), { model, batch, seqlen, state: fixtureState(fixture) }, learningRate);
const losses = (training: OpByOpTraining) =>
  fixture.minibatches.map(({ inputs, targets }) => training.step(Uint8Array.from(inputs), Uint8Array.from(targets)));

test("the benchmark's tfjs op by op trains the same network: losses of three steps with carried state", skip, () => {
  const training = start();
  const expected = fixture.results.map(({ loss }) => loss);
  assertClose(losses(training), expected, 1e-5, 'losses');
  training.dispose();
});

test("the benchmark's tfjs op by op leaves no tensor behind", skip, () => {
  const { memory } = loadTensorFlow();
  // Its first steps make Adam's moments, and constants that tfjs keeps.
  const first = start();
  losses(first);
  first.dispose();
  const before = memory().numTensors;
  const training = start();
  losses(training);
  const after = memory().numTensors;
  losses(training);
  assert.equal(memory().numTensors, after);
  training.dispose();
  assert.equal(memory().numTensors, before);
});
