import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Model } from '../../src/server/models';
import { chainPredictor } from './fake-predictor';

test('a model is retired when the last work with it has ended', async () => {
  let end = () => {};
  const predictor = chainPredictor('print(x)');
  let isDisposed = false;
  predictor.dispose = () => {
    isDisposed = true;
  };
  const model = new Model({ epoch: 1, bpc: 1, predictor, memory: null });
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
