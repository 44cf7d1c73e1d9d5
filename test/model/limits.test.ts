import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkModel } from '../../src/model/limits';
import { gru } from '../models';

test('the largest network that the settings offer is allowed', () => {
  checkModel(gru(8, 2048));
});

for (const [layers, units, sentence] of [
  [1e9, 512, /^layers must be a whole number from 1 to 16, not 1000000000\.$/],
  [3, 100_000, /^units must be a whole number from 1 to 8192, not 100000\.$/],
  [1.5, 512, /^layers must be a whole number/],
  [0, 512, /^layers must be a whole number/],
  [16, 8192, /^16 layers of 8192 units have 6,245 million parameters, and at most 200 million/],
] as const) {
  test(`a network of ${layers} × ${units} is refused in one sentence`, () => {
    assert.throws(() => checkModel(gru(layers, units)), { name: 'UserError', message: sentence });
  });
}
