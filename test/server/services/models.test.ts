import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Memory } from '../../../src/memory/memory';
import { encode } from '../../../src/python/alphabet';
import { CompletionModel } from '../../../src/server/services/models';
import { calibration } from '../../panel/events';
import { chainPredictor } from '../fake-predictor';

test('a model is retired when the last work with it has ended', async () => {
  let end = () => {};
  const predictor = chainPredictor('print(x)');
  let isDisposed = false;
  predictor.dispose = () => {
    isDisposed = true;
  };
  const model = new CompletionModel({ epoch: 1, bpc: 1, predictor, memory: null });
  const work = model.use(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  const failing = model.use(() => Promise.reject(new Error('failed')));
  const retired = model.retire();
  await assert.rejects(failing);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isDisposed, false);
  end();
  await Promise.all([work, retired]);
  assert.equal(isDisposed, true);
});

test('where the network has not read a file yet, the memory completes alone', async () => {
  const learnt = 'def f(first, second):\n    total = total_of(first, second)\n    return total\n\n\n';
  const memory = await Memory.build([{ name: 'a.py', symbols: encode(learnt.repeat(50)) }], { bytes: 2 ** 22 });
  const hurry = new AbortController();
  let reads = 0;
  const predictor = chainPredictor('network', async () => {
    // The line feed that every reading begins with; then it is slow.
    if (++reads === 1) {
      return;
    }
    hurry.abort();
    await new Promise(() => {});
  });
  const model = new CompletionModel({ predictor, memory });
  const text = 'def g(first, second):\n    total = tot';
  const options = { suggestions: 'balanced', hurry: hurry.signal } as const;
  const explanation = await model.completer.complete({ uri: 'file:///b.py', name: 'b.py', text }, text.length, options);
  assert.ok(explanation.text.startsWith('al_of(first, second)'), JSON.stringify(explanation));
});

test('a model completes at its own operating points, where they were found for the experts that it has', async () => {
  const text = 'pr';
  const shownWith = async (threshold: number, memory: boolean) => {
    const { operatingPoints } = calibration(1);
    const points = { ...operatingPoints, memory, balanced: { ...operatingPoints.balanced, threshold } };
    const model = new CompletionModel({ predictor: chainPredictor('print(x)'), memory: null, operatingPoints: points });
    const document = { uri: 'file:///a.py', name: 'a.py', text };
    return (await model.completer.complete(document, text.length, { suggestions: 'balanced' })).text;
  };
  assert.equal(await shownWith(0.35, false), 'int(x)');
  assert.equal(await shownWith(0.9999999, false), '');
  assert.equal(await shownWith(0.9999999, true), 'int(x)');
});
