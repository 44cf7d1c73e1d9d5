import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StepOptions, Trainer } from '../../../src/engine/engine';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { initialTrainingState } from '../../../src/model/initialise';
import { CELLS } from '../../../src/protocol/choices';
import { fixtureState, type NetworkFixture, networkFixture } from '../../fixtures/network-fixture';
import { gru } from '../../models';
import { assertClose } from '../assert-close';

const engine = createReferenceEngine();
const fixture = networkFixture('gru');
const { model, batch, seqlen, learningRate } = fixture;
const start = () => startFrom(fixture);
const minibatches = minibatchesOf(fixture);

function startFrom(given: NetworkFixture): Promise<Trainer> {
  const { model, batch, seqlen } = given;
  return engine.createTrainer({ model, batch, seqlen, state: fixtureState(given) });
}

function minibatchesOf(given: NetworkFixture) {
  return given.minibatches.map(({ inputs, targets }) => ({
    inputs: Uint8Array.from(inputs),
    targets: Uint8Array.from(targets),
  }));
}

const OPTIONS: StepOptions = { learningRate, clipNorm: null, weightDecay: 0 };

async function steps(trainer: Trainer, which: typeof minibatches, options: Partial<StepOptions> = {}) {
  const results = [];
  for (const { inputs, targets } of which) {
    results.push(await trainer.step(inputs, targets, { ...OPTIONS, ...options }));
  }
  return results;
}

for (const cell of CELLS) {
  test(`three Adam steps of ${cell} with carried hidden state are those of PyTorch`, async () => {
    const ofCell = networkFixture(cell);
    const trainer = await startFrom(ofCell);
    const results = await steps(trainer, minibatchesOf(ofCell));
    for (const [i, { loss, accuracy, gradientNorm }] of results.entries()) {
      const expected = ofCell.results[i]!;
      assertClose([loss, accuracy], [expected.loss, expected.accuracy], 1e-6, `loss and accuracy of step ${i + 1}`);
      assertClose([gradientNorm], [expected.gradientNorm], 1e-6, `gradient norm of step ${i + 1}`);
    }
    const { parameters, firstMoment, secondMoment, hidden, step } = trainer.state();
    assertClose(parameters, ofCell.afterThree.parameters, 1e-6, 'parameters');
    assertClose(firstMoment, ofCell.afterThree.firstMoment, 1e-8, 'first moment');
    assertClose(secondMoment, ofCell.afterThree.secondMoment, 1e-10, 'second moment');
    assertClose(hidden, ofCell.afterThree.hidden, 1e-6, 'hidden');
    assert.equal(step, 3);
  });

  test(`clipping by the global norm gives the parameters of PyTorch, ${cell}`, async () => {
    const ofCell = networkFixture(cell);
    const trainer = await startFrom(ofCell);
    await steps(trainer, minibatchesOf(ofCell), { clipNorm: ofCell.clipNorm });
    assertClose(trainer.parameters(), ofCell.clippedParameters, 1e-6, 'parameters');
  });
}

test('weight decay gives the parameters of PyTorch', async () => {
  const trainer = await start();
  await steps(trainer, minibatches, { weightDecay: fixture.weightDecay });
  assertClose(trainer.parameters(), fixture.decayedParameters, 1e-6, 'parameters');
});

test('a trainer made from the state of another goes on bit for bit', async () => {
  const first = await start();
  await steps(first, minibatches.slice(0, 1));
  const second = await engine.createTrainer({ model, batch, seqlen, state: first.state() });
  await steps(first, minibatches.slice(1));
  await steps(second, minibatches.slice(1));
  assert.deepEqual(second.state(), first.state());
});

test('state and parameters are copies', async () => {
  const given = fixtureState(fixture);
  const trainer = await engine.createTrainer({ model, batch, seqlen, state: given });
  const before = trainer.state();
  given.parameters.fill(0);
  trainer.state().hidden.fill(9);
  trainer.parameters().fill(9);
  assert.deepEqual(trainer.state(), before);
});

test('an average moves towards the parameters by the share asked for', async () => {
  const given = fixtureState(fixture);
  const trainer = await engine.createTrainer({ model, batch, seqlen, state: given });
  const average = given.parameters.map((p) => p + 1);
  trainer.average(average, 0.25);
  assertClose(
    average,
    given.parameters.map((p) => p + 0.75),
    1e-6,
    'average',
  );
});

test('a long step gives other work its turn', async () => {
  const big = gru(1, 128);
  const trainer = await engine.createTrainer({
    model: big,
    batch: 20,
    seqlen: 10,
    state: initialTrainingState(big, 20, 1),
  });
  let hadATurn = false;
  setImmediate(() => {
    hadATurn = true;
  });
  await trainer.step(new Uint8Array(200), new Uint8Array(200), OPTIONS);
  assert.ok(hadATurn);
});
