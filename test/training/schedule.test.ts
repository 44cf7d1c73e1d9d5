import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitToText, recipeFor } from '../../src/training/recipe';
import {
  learningRateAt,
  limitsFor,
  nextSamplePoint,
  progressOf,
  secondsForSteps,
  weightDecayAt,
} from '../../src/training/schedule';
import { gru } from '../models';
import { smallRequest } from './project';

const asked = { cell: null, layers: null, units: null, seqlen: null, batch: null };

test('the talk preset is the talk’s recipe', () => {
  const { seed: _, ...recipe } = recipeFor(smallRequest('/p', '/r', { ...asked, preset: 'talk' }));
  assert.deepEqual(recipe, {
    preset: 'talk',
    model: gru(3, 512),
    batch: 100,
    seqlen: 30,
    initialisation: 'talk',
    schedule: { kind: 'constant', rate: 0.001 },
    clipNorm: null,
    weightDecay: 0,
    averaging: 0,
  });
});

test('what the request sets stands in for the preset', () => {
  const recipe = recipeFor(smallRequest('/p', '/r', { layers: 2, units: 64, seqlen: 5, batch: 7 }));
  assert.deepEqual([recipe.model, recipe.seqlen, recipe.batch], [gru(2, 64), 5, 7]);
});

test('fewer rows bring a lower rate, more do not raise it, and the talk’s stays', () => {
  const peak = (batch: number | null) => {
    const { schedule } = recipeFor(smallRequest('/p', '/r', { ...asked, batch }));
    return schedule.kind === 'linear' ? schedule.peak : Number.NaN;
  };
  assert.equal(peak(8), peak(null) / 4);
  assert.equal(peak(128), peak(null));
  const talk = recipeFor(smallRequest('/p', '/r', { ...asked, preset: 'talk', batch: 10 }));
  assert.deepEqual(talk.schedule, { kind: 'constant', rate: 0.001 });
});

test('a small text gets a smaller minibatch, unless the batch was asked for', () => {
  const request = smallRequest('/p', '/r', asked);
  const recipe = recipeFor(request);
  assert.equal(fitToText(recipe, request, 10_000_000).batch, recipe.batch);
  const small = fitToText(recipe, request, 10_000);
  assert.ok(small.batch >= 1 && (10_000 - 1) / (small.batch * small.seqlen) >= 32);
  assert.equal(fitToText(recipe, request, 10).batch, 1);
  const fixed = smallRequest('/p', '/r', { batch: 50 });
  assert.equal(fitToText(recipeFor(fixed), fixed, 1000).batch, 50);
});

test('a training without a limit ends after ten minutes or four epochs, the talk’s after ten minutes', () => {
  const none = { preset: 'fast', epochs: null, seconds: null } as const;
  assert.deepEqual(limitsFor(none), { epochs: 4, seconds: 600 });
  assert.deepEqual(limitsFor({ ...none, seconds: 60 }), { epochs: 4, seconds: 60 });
  assert.deepEqual(limitsFor({ ...none, preset: 'talk' }), { epochs: null, seconds: 600 });
});

test('epochs that are asked for are trained', () => {
  const asked = { preset: 'fast', epochs: 20, seconds: null } as const;
  assert.deepEqual(limitsFor(asked), { epochs: 20, seconds: null });
  assert.deepEqual(limitsFor({ ...asked, seconds: 60 }), { epochs: 20, seconds: 60 });
});

test('progress follows whichever limit is nearer', () => {
  assert.equal(progressOf({ epochs: 2, seconds: null }, 0.5, 1e9), 0.25);
  assert.equal(progressOf({ epochs: null, seconds: 100 }, 7, 45), 0.5);
  assert.equal(progressOf({ epochs: 2, seconds: 100 }, 0.5, 45), 0.5);
  assert.equal(progressOf({ epochs: 2, seconds: 100 }, 1.5, 45), 0.75);
  assert.equal(progressOf({ epochs: 2, seconds: 100 }, 3, 45), 1);
});

test('of the time asked for a tenth, and at most half a minute, is left for trying suggestions out', () => {
  assert.equal(secondsForSteps(20), 18);
  assert.equal(secondsForSteps(600), 570);
  assert.equal(progressOf({ epochs: null, seconds: 600 }, 0, 570), 1);
});

test('the linear schedule warms up in its first steps and falls to nothing', () => {
  const schedule = { kind: 'linear', peak: 1, steps: 1000, warmUpSteps: 10 } as const;
  const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}`);
  const at = (step: number) => learningRateAt(schedule, (step + 1) / 1000, step);
  near(at(0), 0.1 * 0.999);
  near(at(4), 0.5 * 0.995);
  near(at(9), 0.99);
  near(at(499), 0.5);
  near(at(999), 0);
  assert.equal(learningRateAt({ kind: 'constant', rate: 0.001 }, 0.7, 0), 0.001);
});

test('a long training has a lower peak than a short one, within limits', () => {
  const schedule = { kind: 'linear', peak: 1, steps: 1000, warmUpSteps: 10 } as const;
  const peakOf = (steps: number) => learningRateAt(schedule, 0.5, steps / 2 - 1) * 2;
  assert.equal(peakOf(1000), 1);
  assert.ok(peakOf(2000) < 0.9 && peakOf(2000) > 0.6);
  assert.ok(peakOf(500) > 1.1 && peakOf(500) < 1.6);
  assert.equal(peakOf(1e6), 0.4);
  assert.equal(peakOf(20), 2);
  // At the very start nothing is known of the length.
  assert.ok(learningRateAt(schedule, 0, 0) > 0);
});

test('parameters decay by so much over a whole training, as the rate falls', () => {
  const shares = Array.from({ length: 1000 }, (_, step) => weightDecayAt(0.4, (step + 1) / 1000, step));
  const sum = shares.reduce((total, share) => total + share, 0);
  assert.ok(Math.abs(sum - 0.4) < 1e-3, `${sum}`);
  assert.ok(Math.abs(shares[249]! / shares[749]! - 3) < 1e-9);
  assert.equal(weightDecayAt(0, 0.5, 9), 0);
  // At the very start nothing is known of the length.
  assert.equal(weightDecayAt(0.4, 0, 0), 0);
});

test('samples come at 0.03, 0.1, 0.4, then every epoch, then more rarely', () => {
  const points = [];
  for (let at = 0; at < 400; at = nextSamplePoint(at)) {
    points.push(at);
  }
  assert.deepEqual(
    points,
    [0, 0.03, 0.1, 0.4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 300],
  );
  assert.equal(nextSamplePoint(0.05), 0.1);
  assert.equal(nextSamplePoint(0.5), 1);
  assert.equal(nextSamplePoint(2.5), 3);
});
