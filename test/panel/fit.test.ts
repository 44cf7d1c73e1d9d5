import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestValidation, curveRows, epochNews, fitText } from '../../src/panel/curve/fit';
import type { Validation } from '../../src/panel/state';
import { corpus } from './events';

/** Measurements at epochs 0, 1, 2 …, the first before the training. */
function measured(...values: number[]): Validation[] {
  return values.map((bpc, epoch) => ({ epoch, bpc, accuracy: 0.7 }));
}

const TRAINING = [{ epoch: 0.5, bpc: 1.2 }];

test('the best validation is the first of the lowest, and not that before the training', () => {
  assert.equal(bestValidation([]), null);
  assert.equal(bestValidation(measured(1))?.epoch, undefined);
  assert.equal(bestValidation(measured(1, 3, 2, 2))?.epoch, 2);
});

test('as long as validation falls or trembles only the best is named', () => {
  const say = (...values: number[]) =>
    fitText({ validation: measured(...values), training: TRAINING, corpus: corpus() });
  assert.equal(say(6.6), 'Not measured yet on the files held out of the training.', 'before the training');
  assert.equal(say(6.6, 3), 'Best on files held out: epoch 1 with 3.00 bits per character.');
  assert.equal(say(6.6, 3, 2), 'Best on files held out: epoch 2 with 2.00 bits per character.');
  assert.equal(say(6.6, 2, 2.01, 2.01), 'Best on files held out: epoch 1 with 2.00 bits per character.');
  assert.doesNotMatch(say(6.6, 2, 2.2), /over-fitting/, 'one measurement may be chance');
  assert.doesNotMatch(say(6.6, 2, 2.2, 2.01), /over-fitting/);
});

test('without files held out that is said', () => {
  const none = corpus({ validationFiles: 0 });
  assert.match(fitText({ validation: [], training: TRAINING, corpus: none }), /^No file is held out/);
});

test('validation that has risen twice is over-fitting, and training that falls says why', () => {
  const validation = measured(6.6, 2, 2.1, 2.2);
  assert.equal(
    fitText({ validation, training: TRAINING, corpus: null }),
    'Best on files held out: epoch 1 with 2.00 bits per character. Since then it has risen to 2.20, ' +
      'while training goes on falling, so it learns its own files by heart: over-fitting.',
  );
  assert.match(
    fitText({ validation, training: [{ epoch: 3, bpc: 2.3 }], corpus: null }),
    /risen to 2\.20: over-fitting\.$/,
  );
});

test('news come once an epoch', () => {
  const validation = [0, 0.5, 1, 1.5, 2.02].map((epoch) => ({ epoch, bpc: 3 - epoch / 2, accuracy: 0.5 }));
  const news = validation.map((_, i) => epochNews(validation.slice(0, i + 1)));
  assert.deepEqual(news, [
    '',
    '',
    'Epoch 1: 2.50 bits per character, 50 % of characters right.',
    'Epoch 1: 2.50 bits per character, 50 % of characters right.',
    'Epoch 2: 1.99 bits per character, 50 % of characters right.',
  ]);
});

test('the table has a row for each measurement', () => {
  assert.deepEqual(curveRows({ validation: measured(6.6, 2), training: TRAINING }), [
    ['0.00', '6.60', '70 %', '–'],
    ['1.00', '2.00', '70 %', '1.20'],
  ]);
});
