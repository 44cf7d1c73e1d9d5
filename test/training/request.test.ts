import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainRequest } from '../../src/protocol/training-events';
import { checkMinibatch } from '../../src/training/recipe';
import { checkRequest } from '../../src/training/request';
import { corpusOptions } from '../../src/training/train';
import { gru } from '../models';
import { smallRequest } from './project';

for (const [change, sentence] of [
  [{ threads: -1 }, 'threads must be a whole number from 1 to 256, not -1.'],
  [{ threads: 1.5 }, 'threads must be a whole number from 1 to 256, not 1.5.'],
  [{ threads: 100_000 }, 'threads must be a whole number from 1 to 256, not 100000.'],
  [{ seed: Number.NaN }, 'seed must be a whole number from 0 to 4294967295, not NaN.'],
  [{ seed: -1 }, 'seed must be a whole number from 0 to 4294967295, not -1.'],
  [{ epochs: 0 }, 'epochs must be a number above 0 and up to 1000000, not 0.'],
  [{ epochs: 1e300 }, 'epochs must be a number above 0 and up to 1000000, not 1e+300.'],
  [{ seconds: -5 }, 'seconds must be a number above 0 and up to 315360000, not -5.'],
  [{ seconds: Number.POSITIVE_INFINITY }, 'seconds must be a number above 0 and up to 315360000, not Infinity.'],
  [{ batch: 0 }, 'batch must be a whole number from 1 to 4096, not 0.'],
  [{ seqlen: Number.NaN }, 'seqlen must be a whole number from 1 to 4096, not NaN.'],
  [{ units: 1.5 }, 'units must be a whole number from 1 to 8192, not 1.5.'],
  [{ layers: 99 }, 'layers must be a whole number from 1 to 16, not 99.'],
] as [Partial<TrainRequest>, string][]) {
  test(`a request is refused where ${sentence.replace(/ must.*not/, ' is')}`, () => {
    assert.throws(() => checkRequest(smallRequest('/p', '/r', change)), { name: 'UserError', message: sentence });
  });
}

test('numbers that are each in range are refused where they take too much memory together', () => {
  const huge = { layers: 3, units: 512, batch: 4096, seqlen: 4096 };
  assert.throws(() => checkRequest(smallRequest('/p', '/r', huge)), {
    name: 'UserError',
    message:
      'A minibatch of 4096 × 4096 through 3 × 512 units has 27,414 million activations, and at most 250 million (7 GB) are kept: choose a smaller batch or seqlen.',
  });
  assert.throws(() => checkMinibatch({ model: gru(3, 512), batch: 4096, seqlen: 4096 }), /activations/);
});

test('the largest network that the settings offer can be trained with either preset', () => {
  const largest = { layers: 8, units: 2048, batch: null, seqlen: null };
  for (const preset of ['fast', 'talk'] as const) {
    checkRequest(smallRequest('/p', '/r', { ...largest, preset }));
  }
});

test('a training of an older version goes on with any seed that it was started with', () => {
  checkRequest(smallRequest('/p', '/r', { seed: -7, resume: true }));
});

test('a request is refused with too many own prompts, and with an empty or a long one', () => {
  const check = (prompts: string[]) => checkRequest(smallRequest('/p', '/r', { prompts }));
  check(Array.from({ length: 8 }, (_, i) => `class A${i}`));
  assert.throws(() => check(Array(9).fill('x')), { message: 'There are 9 prompts for samples: give at most 8.' });
  for (const prompt of ['', 'x'.repeat(201)]) {
    assert.throws(() => check([prompt]), {
      name: 'UserError',
      message: /^A prompt for samples has 1 to 200 characters/,
    });
  }
});

test('the whole corpus is read where that is asked for, else a sample', () => {
  const mostBytes = (wholeCorpus: boolean) => corpusOptions(smallRequest('/p', '/r', { wholeCorpus })).mostBytes;
  assert.equal(mostBytes(true), Number.POSITIVE_INFINITY);
  assert.equal(mostBytes(false), undefined);
});
