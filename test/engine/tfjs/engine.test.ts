import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine, StepOptions, Trainer, TrainingState } from '../../../src/engine/engine';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { runBlockCellLayer } from '../../../src/engine/tfjs/block-cell';
import { runHoistedLayer } from '../../../src/engine/tfjs/hoisted';
import { loadTensorFlow } from '../../../src/engine/tfjs/load';
import { createTfjsEngine } from '../../../src/engine/tfjs/tfjs-engine';
import { initialTrainingState } from '../../../src/model/initialise';
import { Random } from '../../../src/model/random';
import { ALPHABET_SIZE } from '../../../src/python/alphabet';
import { fixtureState, networkFixture } from '../../fixtures/network-fixture';
import { gru } from '../../models';
import { assertClose } from '../assert-close';
import { skip } from './skip';

const fixture = networkFixture('gru');
const { model, batch, seqlen, learningRate } = fixture;
const minibatches = fixture.minibatches.map(({ inputs, targets }) => ({
  inputs: Uint8Array.from(inputs),
  targets: Uint8Array.from(targets),
}));

async function steps(trainer: Trainer, which: typeof minibatches, options: Partial<StepOptions> = {}) {
  const results = [];
  for (const { inputs, targets } of which) {
    results.push(await trainer.step(inputs, targets, { learningRate, clipNorm: null, weightDecay: 0, ...options }));
  }
  return results;
}

for (const [name, runLayer] of Object.entries({ hoisted: runHoistedLayer, 'block cell': runBlockCellLayer })) {
  const start = () =>
    createTfjsEngine({ runLayer }).createTrainer({ model, batch, seqlen, state: fixtureState(fixture) });

  test(`${name}: three Adam steps with carried hidden state are those of PyTorch`, skip, async () => {
    const trainer = await start();
    for (const [i, { loss, accuracy, gradientNorm }] of (await steps(trainer, minibatches)).entries()) {
      const expected = fixture.results[i]!;
      assertClose([loss, accuracy], [expected.loss, expected.accuracy], 1e-5, `loss and accuracy of step ${i + 1}`);
      assertClose([gradientNorm], [expected.gradientNorm], 1e-5, `gradient norm of step ${i + 1}`);
    }
    const state = trainer.state();
    assertClose(state.parameters, fixture.afterThree.parameters, 1e-5, 'parameters');
    assertClose(state.firstMoment, fixture.afterThree.firstMoment, 1e-6, 'first moment');
    assertClose(state.secondMoment, fixture.afterThree.secondMoment, 1e-8, 'second moment');
    assertClose(state.hidden, fixture.afterThree.hidden, 1e-5, 'hidden');
    assert.equal(state.step, 3);
    trainer.dispose();
  });

  test(`${name}: gradients are those of PyTorch`, skip, async () => {
    // With no moments to start from, the first moment after a step is a tenth of the gradient.
    const trainer = await start();
    await steps(trainer, minibatches.slice(0, 1));
    const gradients = trainer.state().firstMoment.map((m) => m * 10);
    assertClose(gradients, fixture.first.gradients, 1e-6, 'gradients');
    trainer.dispose();
  });

  test(`${name}: clipping by the global norm gives the parameters of PyTorch`, skip, async () => {
    const trainer = await start();
    await steps(trainer, minibatches, { clipNorm: fixture.clipNorm });
    assertClose(trainer.parameters(), fixture.clippedParameters, 1e-5, 'parameters');
    trainer.dispose();
  });

  test(`${name}: weight decay gives the parameters of PyTorch`, skip, async () => {
    const trainer = await start();
    await steps(trainer, minibatches, { weightDecay: fixture.weightDecay });
    assertClose(trainer.parameters(), fixture.decayedParameters, 1e-5, 'parameters');
    trainer.dispose();
  });

  test(`${name}: an average moves towards the parameters by the share asked for`, skip, async () => {
    const trainer = await start();
    const parameters = trainer.parameters();
    const average = parameters.map((p) => p + 1);
    trainer.average(average, 0.25);
    assertClose(
      average,
      parameters.map((p) => p + 0.75),
      1e-6,
      'average',
    );
    trainer.dispose();
  });

  test(`${name}: a step leaves no tensor behind, dispose none at all`, skip, async () => {
    const { memory } = loadTensorFlow();
    const before = memory().numTensors;
    const trainer = await start();
    await steps(trainer, minibatches);
    const after = memory().numTensors;
    await steps(trainer, minibatches, { clipNorm: 1, weightDecay: 0.01 });
    trainer.state();
    assert.equal(memory().numTensors, after);
    trainer.dispose();
    assert.equal(memory().numTensors, before);
  });

  test(`${name}: predictions are those of the reference`, skip, async () => {
    const { parameters } = fixtureState(fixture);
    const tfjs = await createTfjsEngine({ runLayer }).createPredictor(model, parameters);
    const reference = await createReferenceEngine().createPredictor(model, parameters);
    const before = loadTensorFlow().memory().numTensors;
    const random = new Random(1);
    // Longer than one chunk of steps.
    const text = Uint8Array.from({ length: 150 }, () => Math.floor(random.next() * ALPHABET_SIZE));

    const [state, expectedState] = [tfjs.initialState(), reference.initialState()];
    const expected = await reference.readEach(expectedState, text);
    assertClose(await tfjs.readEach(state, text), expected, 1e-5, 'readEach');
    assertClose(state, expectedState, 1e-5, 'state');
    const last = expected.subarray(-ALPHABET_SIZE);
    assertClose(await tfjs.read(tfjs.initialState(), text), last, 1e-5, 'read');

    const streams = [state.slice(), tfjs.initialState(), state.slice()];
    const expectedStreams = streams.map((stream) => stream.slice());
    const symbols = Uint8Array.of(3, 50, 97);
    const side = await tfjs.readBatch(streams, symbols);
    assertClose(side, await reference.readBatch(expectedStreams, symbols), 1e-5, 'readBatch');
    for (const [i, stream] of streams.entries()) {
      assertClose(stream, expectedStreams[i]!, 1e-5, `state of stream ${i}`);
    }

    const rows = 2;
    const [hidden, expectedHidden] = [0, 1].map(() => new Float32Array(model.layers * rows * model.units));
    const inputs = text.subarray(0, 148);
    const targets = text.subarray(1, 149);
    const scores = await tfjs.score(inputs, targets, rows, hidden!);
    const expectedScores = await reference.score(inputs, targets, rows, expectedHidden!);
    assertClose(scores.nats, expectedScores.nats, 1e-4, 'nats');
    assert.deepEqual(scores.correct, expectedScores.correct);
    assertClose(hidden!, expectedHidden!, 1e-5, 'hidden after scoring');

    assert.equal(loadTensorFlow().memory().numTensors, before);
    tfjs.dispose();
  });
}

test('a training begun on one engine goes on on another', skip, async () => {
  const setup = { model: gru(2, 17), batch: 3, seqlen: 7 };
  const run = async (engines: Engine[]) => {
    let state: TrainingState = initialTrainingState(setup.model, setup.batch, 1);
    for (const [i, engine] of engines.entries()) {
      const trainer = await engine.createTrainer({ ...setup, state });
      await steps(trainer, minibatches.slice(i, i + 1));
      state = trainer.state();
      trainer.dispose();
    }
    return state;
  };
  const [tfjs, reference] = [createTfjsEngine(), createReferenceEngine()];
  const expected = await run([reference, reference, reference]);
  for (const order of [
    [tfjs, reference, tfjs],
    [reference, tfjs, reference],
  ]) {
    const state = await run(order);
    assertClose(state.parameters, expected.parameters, 1e-5, 'parameters');
    assertClose(state.hidden, expected.hidden, 1e-5, 'hidden');
    assert.equal(state.step, 3);
  }
});
