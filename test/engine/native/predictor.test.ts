import assert from 'node:assert/strict';
import { after, before, describe as group, test } from 'node:test';
import type { Predictor } from '../../../src/engine/engine';
import { engineAddon } from '../../../src/engine/native/engine-addon';
import { createNativeEngine } from '../../../src/engine/native/native-engine';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { Random } from '../../../src/model/random';
import { gru } from '../../models';
import { assertArrayClose, type Case, describe, livelyState, modes, ODD_CASES, randomSymbols } from './cases';

before(() => engineAddon().poisonFreshBuffers(true));
after(() => engineAddon().poisonFreshBuffers(false));

const EXACT = 1e-4;
/** Weights of 8 bits: a rounding of up to 1/254 of a column's largest weight each, partly cancelling in the sums. */
const STORED = 3e-2;

interface Kind {
  readonly name: string;
  readonly tolerance: number;
  create(what: Case): Promise<Predictor>;
}

function kindsOf(mode: string): Kind[] {
  const kind = (name: string, tolerance: number, storedWeights: boolean, threads: number): Kind => ({
    name: `${mode}, ${name}`,
    tolerance,
    create: ({ model, batch, seqlen }) =>
      createNativeEngine({ threads, mode, storedWeights }).createPredictor(
        model,
        livelyState({ model, batch, seqlen }, 1).parameters,
      ),
  });
  return [
    kind('exact weights', EXACT, false, 2),
    kind('stored weights', STORED, true, 1),
    kind('stored weights, 3 threads', STORED, true, 3),
  ];
}

const kinds = modes()
  .filter(({ numeric }) => numeric === 'fp32')
  .flatMap(({ name }) => kindsOf(name));

for (const { name, tolerance, create } of kinds) {
  group(name, () => {
    for (const odd of ODD_CASES) {
      test(`reads as the reference does: ${describe(odd)}`, async () => {
        const { model, batch, seqlen } = odd;
        const native = await create(odd);
        const reference = await createReferenceEngine().createPredictor(model, livelyState(odd, 1).parameters);
        const random = new Random(5);
        const state = () => livelyState({ ...odd, batch: 1 }, 2).hidden;

        const text = randomSymbols(seqlen, random);
        const [mine, its] = [state(), state()];
        assertArrayClose(await native.read(mine, text), await reference.read(its, text), tolerance, 'read');
        assertArrayClose(mine, its, tolerance, 'state after read');
        assertArrayClose(await native.readEach(mine, text), await reference.readEach(its, text), tolerance, 'readEach');
        assertArrayClose(mine, its, tolerance, 'state after readEach');

        const [myTrace, itsTrace] = [await native.readStates(mine, text), await reference.readStates(its, text)];
        assertArrayClose(myTrace.probabilities, itsTrace.probabilities, tolerance, 'probabilities of readStates');
        assertArrayClose(myTrace.states, itsTrace.states, tolerance, 'states');
        assertArrayClose(mine, its, tolerance, 'state after readStates');

        const many = (seed: number) =>
          Array.from({ length: batch }, (_, i) => livelyState({ ...odd, batch: 1 }, seed + i).hidden);
        const [myStates, itsStates] = [many(10), many(10)];
        const next = randomSymbols(batch, random);
        assertArrayClose(
          await native.readBatch(myStates, next),
          await reference.readBatch(itsStates, next),
          tolerance,
          'readBatch',
        );
        for (const [i, mine] of myStates.entries()) {
          assertArrayClose(mine, itsStates[i]!, tolerance, `state ${i}`);
        }
      });
    }
  });
}

test('a text of many chunks: all at once, in pieces and with several threads alike', async () => {
  const what = { model: gru(3, 40), batch: 1, seqlen: 1 };
  const text = randomSymbols(5000, new Random(6));
  const [one, three] = await Promise.all(
    [1, 3].map((threads) =>
      createNativeEngine({ threads }).createPredictor(what.model, livelyState(what, 1).parameters),
    ),
  );
  const [a, b, c] = [one!.initialState(), one!.initialState(), one!.initialState()];
  const { probabilities: whole, states } = await one!.readStates(a, text);
  assert.deepEqual(await three!.readStates(b, text), { probabilities: whole, states });
  assert.deepEqual(states.slice(-a.length), a);
  assert.deepEqual(b, a);
  let last = new Float32Array(0);
  for (let i = 0; i < text.length; i += 1234) {
    last = new Float32Array(await three!.read(c, text.subarray(i, i + 1234)));
  }
  assert.deepEqual(c, a);
  assert.deepEqual(last, whole.subarray(-98));
});

test('states in bf16 are states', async () => {
  const what = { model: gru(2, 40), batch: 1, seqlen: 1 };
  const parameters = livelyState(what, 1).parameters;
  const text = randomSymbols(50, new Random(6));
  const engine = createNativeEngine({ threads: 1, mode: 'bf16-plain', storedWeights: false });
  const native = await engine.createPredictor(what.model, parameters);
  const reference = await createReferenceEngine().createPredictor(what.model, parameters);
  const { states } = await native.readStates(native.initialState(), text);
  const expected = await reference.readStates(reference.initialState(), text);
  assertArrayClose(states, expected.states, 2e-2, 'states');
});

test('probabilities add up to one, also for extreme weights', async () => {
  const what = { model: gru(2, 9), batch: 1, seqlen: 1 };
  for (const storedWeights of [true, false]) {
    for (const scale of [0, 1, 1e3, 1e10]) {
      const parameters = livelyState(what, 1).parameters.map((p) => p * scale);
      const predictor = await createNativeEngine({ threads: 1, storedWeights }).createPredictor(what.model, parameters);
      const p = await predictor.read(predictor.initialState(), randomSymbols(50, new Random(7)));
      const sum = p.reduce((a, b) => a + b);
      assert.ok(Math.abs(sum - 1) < 1e-5, `sum ${sum} at scale ${scale}`);
    }
  }
});

test('score is the reference’s, row by row, and carries the state', async () => {
  for (const what of ODD_CASES) {
    const { model, batch } = what;
    const steps = 40; // more than one run of the forward pass
    const parameters = livelyState(what, 1).parameters;
    const random = new Random(8);
    const inputs = randomSymbols(batch * steps, random);
    const targets = randomSymbols(batch * steps, random);
    const native = await createNativeEngine({ threads: 2, mode: 'fp32-plain' }).createPredictor(model, parameters);
    const reference = await createReferenceEngine().createPredictor(model, parameters);
    const [mine, its] = [livelyState(what, 2).hidden, livelyState(what, 2).hidden];
    const scores = await native.score(inputs, targets, batch, mine);
    const expected = await reference.score(inputs, targets, batch, its);
    assertArrayClose(scores.nats, expected.nats, EXACT, `nats of ${describe(what)}`);
    assert.deepEqual(scores.correct, expected.correct);
    assertArrayClose(mine, its, EXACT, 'hidden');
  }
});

group('misuse gets a clear error', () => {
  const what = { model: gru(1, 4), batch: 1, seqlen: 1 };
  const create = () => createNativeEngine({ threads: 1 }).createPredictor(what.model, livelyState(what, 1).parameters);

  test('a state of another network, no symbols, too few symbols', async () => {
    const predictor = await create();
    const state = predictor.initialState();
    await assert.rejects(predictor.read(new Float32Array(3), new Uint8Array(1)), /"state" has 3 elements where 4/);
    await assert.rejects(predictor.read(state, new Uint8Array(0)), /at least one symbol for every state/);
    await assert.rejects(predictor.readBatch([state, state], new Uint8Array(3)), /as many for each/);
    await assert.rejects(predictor.read(state, Uint8Array.of(200)), /holds 200, which is no symbol/);
    await assert.rejects(predictor.readStates(state, new Uint8Array(0)), /at least one symbol/);
    await assert.rejects(predictor.lookBack(new Uint8Array(0), 1), /at least one symbol/);
    await assert.rejects(predictor.lookBack(new Uint8Array(1), 98), /"target" is no symbol/);
    await assert.rejects(
      predictor.score(new Uint8Array(4), new Uint8Array(3), 2, new Float32Array(8)),
      /"targets" has 3 elements where 4 are needed/,
    );
  });

  test('parameters of another network', async () => {
    await assert.rejects(
      createNativeEngine({ threads: 1 }).createPredictor(what.model, new Float32Array(7)),
      /"parameters" has 7 elements where \d+ are needed/,
    );
  });

  test('reading after dispose; dispose while reading lets it end', async () => {
    const predictor = await create();
    const running = predictor.read(predictor.initialState(), new Uint8Array(2000));
    await Promise.resolve();
    predictor.dispose();
    assert.equal((await running).length, 98);
    await assert.rejects(predictor.read(predictor.initialState(), new Uint8Array(1)), /disposed of/);
  });
});
