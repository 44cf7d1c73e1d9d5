import assert from 'node:assert/strict';
import { after, before, describe as group, test } from 'node:test';
import type { Engine, StepOptions, StepResult, TrainingState } from '../../../src/engine/engine';
import { engineAddon, type NativeMode } from '../../../src/engine/native/engine-addon';
import { createNativeEngine } from '../../../src/engine/native/native-engine';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { TALK_MODEL } from '../../../src/model/config';
import { parameterLayout } from '../../../src/model/layout';
import { Random } from '../../../src/model/random';
import { ALPHABET_SIZE } from '../../../src/python/alphabet';
import { gru, rnn } from '../../models';
import {
  assertArrayClose,
  assertParametersClose,
  assertRelative,
  assertTensorNormsClose,
  type Case,
  describe,
  livelyState,
  modes,
  ODD_CASES,
  randomSymbols,
} from './cases';

const OPTIONS: StepOptions = { learningRate: 1e-3, clipNorm: null, weightDecay: 0 };

interface Trained {
  readonly results: readonly StepResult[];
  readonly state: TrainingState;
}

/** Trains some steps on random minibatches, from the lively state. */
async function train(
  engine: ReturnType<typeof createNativeEngine>,
  { model, batch, seqlen }: Case,
  steps: number,
  options = OPTIONS,
): Promise<Trained> {
  const state = livelyState({ model, batch, seqlen }, 1);
  const trainer = await engine.createTrainer({ model, batch, seqlen, state });
  const random = new Random(2);
  const results: StepResult[] = [];
  for (let i = 0; i < steps; i++) {
    const inputs = randomSymbols(batch * seqlen, random);
    const targets = randomSymbols(batch * seqlen, random);
    results.push(await trainer.step(inputs, targets, options));
  }
  const trained = { results, state: trainer.state() };
  trainer.dispose();
  return trained;
}

// What is read before it was written shows as NaN in every result.
before(() => engineAddon().poisonFreshBuffers(true));
after(() => engineAddon().poisonFreshBuffers(false));

const FP32 = 1e-4;
/** bf16 keeps eight bits of what products read, bytes seven: only a tensor as a whole is close, not every element. */
const NEARLY = { fp32: FP32, bf16: 2e-2, int8: 3e-2 };
/** No gate of an RNN carries a gradient past a step: all of it goes through every product, and its roundings. */
const WITHOUT_GATES = 1.5;

for (const mode of modes().filter(({ numeric }) => numeric === 'fp32')) {
  group(`mode ${mode.name}`, () => {
    for (const odd of ODD_CASES) {
      test(`two steps are those of the reference: ${describe(odd)}`, async () => {
        const options = { learningRate: 1e-3, clipNorm: 0.5, weightDecay: 0.02 };
        const native = await train(createNativeEngine({ threads: 2, mode: mode.name }), odd, 2, options);
        const reference = await train(createReferenceEngine(), odd, 2, options);
        assertTrained(native, reference, odd);
      });
    }
  });
}

for (const mode of modes().filter(({ numeric }) => numeric !== 'fp32')) {
  group(`mode ${mode.name}`, () => {
    for (const odd of ODD_CASES) {
      test(`a step is nearly that of the reference: ${describe(odd)}`, async () => {
        const native = await train(createNativeEngine({ threads: 2, mode: mode.name }), odd, 1);
        const reference = await train(createReferenceEngine(), odd, 1);
        const tolerance = NEARLY[mode.numeric] * (odd.model.cell === 'rnn' ? WITHOUT_GATES : 1);
        assertRelative(native.results[0]!.loss, reference.results[0]!.loss, tolerance / 4, 'loss');
        assertRelative(native.results[0]!.gradientNorm, reference.results[0]!.gradientNorm, tolerance, 'gradient norm');
        // After one step the first moment is a tenth of the gradient.
        assertTensorNormsClose(native.state.firstMoment, reference.state.firstMoment, odd.model, tolerance);
      });
    }
  });
}

/** Plain mode with the same numbers. */
const plainOf = ({ numeric, weightBits }: NativeMode) => `${numeric}-plain${weightBits === 7 ? '7bits' : ''}`;

test('few sums make bytes that are the same on every processor', async () => {
  const small = { model: gru(2, 64), batch: 8, seqlen: 8 };
  for (const mode of modes().filter(({ numeric, instructions }) => numeric === 'int8' && instructions !== 'AMX')) {
    const plain = await train(createNativeEngine({ threads: 1, mode: plainOf(mode) }), small, 1);
    const trained = await train(createNativeEngine({ threads: 2, mode: mode.name }), small, 1);
    assertTensorNormsClose(trained.state.firstMoment, plain.state.firstMoment, small.model, 2e-3);
  }
});

test('bytes of the largest magnitude, all of one sign, overflow nowhere', async () => {
  const what = { model: gru(2, 64), batch: 4, seqlen: 6 };
  const lively = livelyState(what, 1);
  // States that stay near 1, and weights that are all the largest of their column.
  const parameters = lively.parameters.slice();
  for (const { name, offset, length } of parameterLayout(what.model)) {
    if (name.startsWith('cell_')) {
      parameters.fill(0.01, offset, offset + length);
    }
    if (name.endsWith('gates/bias')) {
      parameters.fill(3, offset + length / 2, offset + length);
    }
  }
  const symbols = Uint8Array.from({ length: what.batch * what.seqlen }, (_, i) => i);
  const step = async (engine: Engine) => {
    const state = { ...lively, parameters, hidden: lively.hidden.map(() => 1) };
    const trainer = await engine.createTrainer({ ...what, state });
    const result = await trainer.step(symbols, symbols, OPTIONS);
    const { firstMoment } = trainer.state();
    trainer.dispose();
    return { ...result, firstMoment };
  };
  for (const mode of modes().filter(({ weightBits }) => weightBits > 0)) {
    const plain = await step(createNativeEngine({ threads: 1, mode: plainOf(mode) }));
    const native = await step(createNativeEngine({ threads: 2, mode: mode.name }));
    assertRelative(native.loss, plain.loss, 1e-5, `loss, ${mode.name}`);
    assertTensorNormsClose(native.firstMoment, plain.firstMoment, what.model, 2e-3);
  }
});

test('gradients too small for a scale of their own are no gradients, and no failure', async () => {
  const what = { model: gru(2, 64), batch: 4, seqlen: 5 };
  const { batch, seqlen, model } = what;
  const state = livelyState(what, 1);
  const certain = 5;
  // The last parameters are the softmax's biases: all other symbols have a probability of 10⁻³⁷ or so.
  state.parameters[state.parameters.length - ALPHABET_SIZE + certain] = 86;
  const symbols = new Uint8Array(batch * seqlen).fill(certain);
  for (const mode of modes()) {
    const trainer = await createNativeEngine({ threads: 1, mode: mode.name }).createTrainer({
      model,
      batch,
      seqlen,
      state,
    });
    const { loss, gradientNorm } = await trainer.step(symbols, symbols, OPTIONS);
    trainer.dispose();
    assert.ok(loss < 1e-30 && gradientNorm < 1e-30, `${mode.name}: loss ${loss}, gradient norm ${gradientNorm}`);
  }
});

test('the tables that are offered agree with the plain ones on large networks too', async () => {
  for (const model of [gru(2, 290), rnn(2, 290)]) {
    const large = { model, batch: 37, seqlen: 15 };
    for (const mode of modes()) {
      const plain = await train(createNativeEngine({ threads: 1, mode: plainOf(mode) }), large, 1);
      const trained = await train(createNativeEngine({ threads: 2, mode: mode.name }), large, 1);
      assertTensorNormsClose(trained.state.firstMoment, plain.state.firstMoment, model, NEARLY[mode.numeric]);
    }
  }
});

function assertTrained(native: Trained, reference: Trained, { model }: Case): void {
  for (const [i, { loss, accuracy, gradientNorm }] of reference.results.entries()) {
    assertRelative(native.results[i]!.loss, loss, FP32, `loss of step ${i}`);
    assertRelative(native.results[i]!.accuracy, accuracy, 1e-12, `accuracy of step ${i}`);
    assertRelative(native.results[i]!.gradientNorm, gradientNorm, FP32, `gradient norm of step ${i}`);
  }
  assert.equal(native.state.step, reference.state.step);
  assertArrayClose(native.state.hidden, reference.state.hidden, FP32, 'hidden');
  assertParametersClose(native.state.firstMoment, reference.state.firstMoment, model, FP32, 'first moment');
  assertParametersClose(native.state.secondMoment, reference.state.secondMoment, model, FP32, 'second moment');
  // Adam divides by the gradient's size: where that is next to nothing, rounding decides a part of the step.
  const slack = 0.02 * OPTIONS.learningRate;
  assertParametersClose(native.state.parameters, reference.state.parameters, model, FP32, 'parameters', slack);
}

test("a step of the talk's network is that of the reference", async () => {
  const talk = { model: TALK_MODEL, batch: 3, seqlen: 4 };
  // The fastest mode may be int8 or bf16, which only come near.
  const mode = modes().filter(({ numeric }) => numeric === 'fp32')[0]!.name;
  const native = await train(createNativeEngine({ threads: 2, mode }), talk, 1);
  assertTrained(native, await train(createReferenceEngine(), talk, 1), talk);
});

group('the same weights, bit for bit', () => {
  const case100 = { model: gru(2, 70), batch: 19, seqlen: 6 };

  for (const { name: mode } of modes().filter(({ emulated }) => !emulated)) {
    // Few rows: the threads divide the units, so that most of 32 have none. Many: each has rows of its own, or several
    // teams have, whose threads divide the units.
    for (const [batch, threads] of [
      [19, 2],
      [19, 3],
      [19, 32],
      [130, 2],
      [130, 9],
      [130, 16],
    ] as const) {
      test(`of ${batch} rows with ${threads} threads as with 1, ${mode}`, async () => {
        const what = { ...case100, batch };
        for (const model of [gru(2, 70), rnn(2, 70)]) {
          const trained = (threads: number) => train(createNativeEngine({ threads, mode }), { ...what, model }, 3);
          assert.deepEqual(await trained(threads!), await trained(1));
        }
      });
    }
  }

  test('after going on from a copied state', async () => {
    const engine = createNativeEngine({ threads: 2 });
    const { model, batch, seqlen } = case100;
    const random = new Random(3);
    const minibatch = () => randomSymbols(batch * seqlen, random);
    const first = await engine.createTrainer({ model, batch, seqlen, state: livelyState(case100, 1) });
    await first.step(minibatch(), minibatch(), OPTIONS);
    const second = await engine.createTrainer({ model, batch, seqlen, state: first.state() });
    const next = [minibatch(), minibatch()] as const;
    assert.deepEqual(await second.step(...next, OPTIONS), await first.step(...next, OPTIONS));
    assert.deepEqual(second.state(), first.state());
    assert.deepEqual(second.parameters(), second.state().parameters);
  });
});

test('an average moves towards the parameters by the share asked for, with any number of threads', async () => {
  // Three layers, so that threads' shares end at odd places.
  const what = { model: gru(3, 5), batch: 2, seqlen: 3 };
  const state = livelyState(what, 1);
  const before = livelyState(what, 2).parameters;
  const expected = before.map((average, i) => average + 0.3 * (state.parameters[i]! - average));
  for (const threads of [1, 2, 7]) {
    const trainer = await createNativeEngine({ threads }).createTrainer({ ...what, state });
    const average = before.slice();
    trainer.average(average, 0.3);
    assertArrayClose(average, expected, 1e-6, `${threads} threads`);
    trainer.average(average, 1);
    assertArrayClose(average, state.parameters, 1e-6, `${threads} threads, all the way`);
    assert.deepEqual(trainer.parameters(), state.parameters);
    trainer.dispose();
  }
});

test('extreme weights and gradients give no NaN', async () => {
  const extreme = { model: gru(2, 9), batch: 3, seqlen: 5 };
  const engine = createNativeEngine({ threads: 1 });
  for (const scale of [1e3, 1e10, 1e15]) {
    const state = livelyState(extreme, 1);
    const huge = { ...state, parameters: state.parameters.map((p) => p * scale) };
    const trainer = await engine.createTrainer({ ...extreme, state: huge });
    const random = new Random(4);
    for (let i = 0; i < 3; i++) {
      const result = await trainer.step(randomSymbols(15, random), randomSymbols(15, random), OPTIONS);
      assert.ok(Number.isFinite(result.loss), `loss ${result.loss} at scale ${scale}`);
    }
    const { parameters, hidden } = trainer.state();
    assert.ok(parameters.every(Number.isFinite), `parameters at scale ${scale}`);
    assert.ok(
      hidden.every((h) => Math.abs(h) <= 1.000001),
      `hidden at scale ${scale}`,
    );
  }
});

group('misuse gets a clear error', () => {
  const small = { model: gru(1, 4), batch: 2, seqlen: 3 };
  const engine = createNativeEngine({ threads: 1 });
  const start = () => engine.createTrainer({ ...small, state: livelyState(small, 1) });
  const six = () => new Uint8Array(6);

  test('a minibatch of another size', async () => {
    const trainer = await start();
    await assert.rejects(trainer.step(new Uint8Array(5), six(), OPTIONS), /"inputs" has 5 elements where 6 are needed/);
    await assert.rejects(
      trainer.step(six(), new Uint8Array(7), OPTIONS),
      /"targets" has 7 elements where 6 are needed/,
    );
  });

  test('a symbol that is none', async () => {
    const trainer = await start();
    await assert.rejects(trainer.step(six().fill(98), six(), OPTIONS), /"inputs" holds 98, which is no symbol/);
  });

  test('a learning rate, clip norm or weight decay that is no number', async () => {
    const trainer = await start();
    const step = (options: StepOptions) => trainer.step(six(), six(), options);
    await assert.rejects(step({ ...OPTIONS, learningRate: Number.NaN }), /"learningRate" has to be a finite number/);
    await assert.rejects(step({ ...OPTIONS, clipNorm: -1 }), /"clipNorm" has to be a positive number/);
    await assert.rejects(step({ ...OPTIONS, weightDecay: Number.NaN }), /"weightDecay" has to be a finite number/);
  });

  test('a state that does not fit the network', async () => {
    const state = { ...livelyState(small, 1), hidden: new Float32Array(3) };
    await assert.rejects(engine.createTrainer({ ...small, state }), /"hidden" has 3 elements where 8 are needed/);
  });

  test('sizes that are none', async () => {
    const state = livelyState(small, 1);
    const create = (batch: number) => engine.createTrainer({ ...small, batch, state });
    await assert.rejects(create(0), /"batch" has to be a whole number from 1/);
    await assert.rejects(create(2.5), /"batch" has to be a whole number from 1/);
  });

  test('an average that does not fit the network', async () => {
    const trainer = await start();
    assert.throws(() => trainer.average(new Float32Array(3), 1), /"average" has 3 elements where \d+ are needed/);
  });

  test('a second step before the first has ended, or reading its state', async () => {
    const trainer = await start();
    const running = trainer.step(six(), six(), OPTIONS);
    await assert.rejects(trainer.step(six(), six(), OPTIONS), /still running/);
    assert.throws(() => trainer.state(), /still running/);
    assert.throws(() => trainer.average(livelyState(small, 1).parameters, 1), /still running/);
    await running;
    await trainer.step(six(), six(), OPTIONS);
  });

  test('a step after dispose; dispose while a step runs lets it end', async () => {
    const trainer = await start();
    const running = trainer.step(six(), six(), OPTIONS);
    trainer.dispose();
    trainer.dispose();
    assert.ok(Number.isFinite((await running).loss));
    await assert.rejects(trainer.step(six(), six(), OPTIONS), /disposed of/);
    assert.throws(() => trainer.state(), /disposed of/);
  });

  test('a mode that this processor does not have', () => {
    assert.throws(() => createNativeEngine({ threads: 1, mode: 'fp8-abacus' }), {
      name: 'UserError',
      message: /has no mode "fp8-abacus"; it has .*fp32-plain/,
    });
  });
});
