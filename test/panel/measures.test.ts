import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markMeasures, measureSummary, structureMeasures } from '../../src/panel/measures/measures';
import { sample } from './events';
import { markedSample } from './marked-training';

function values(measures: ReturnType<typeof markMeasures>, id: string): number[][] {
  return measures.find((measure) => measure.id === id)!.lines.map(({ points }) => points.map(({ value }) => value));
}

test('older runs, without marks, have no measures', () => {
  assert.deepEqual(markMeasures([sample(1)]), []);
  assert.deepEqual(structureMeasures([]), []);
});

test('marks of all prompts of an epoch count together', () => {
  const measures = markMeasures([
    markedSample(1, '\n', '‹madeUpName|a› ‹knownName|b›'),
    markedSample(1, 'def ', '‹knownName|c› ‹knownName|d›'),
    markedSample(2, '\n', '‹knownName|e›‹misclosed|)›'),
  ]);
  assert.deepEqual(values(measures, 'made-up'), [[0.25, 0]]);
  assert.deepEqual(values(measures, 'misclosed'), [[1]], 'no bracket, no point');
});

test('recitation counts characters, keywords count to a thousand', () => {
  const measures = markMeasures([markedSample(1, '\n', '‹recited a.py:1|12345›‹keyword|if›abc')]);
  assert.deepEqual(values(measures, 'recited'), [[0.5]]);
  assert.deepEqual(values(measures, 'keywords'), [[100]]);
});

test('held-out text has a line for each depth of brackets', () => {
  const structure = (epoch: number, right: number) => ({
    epoch,
    closers: [
      { right, total: 10 },
      { right: 1, total: 2 },
      { right: 0, total: 0 },
    ],
    names: { right: 3, total: 4 },
    indents: { right: 1, total: 4 },
  });
  const measures = structureMeasures([structure(1, 5), structure(2, 10)]);
  assert.deepEqual(values(measures, 'closers'), [[0.5, 1], [0.5, 0.5], []]);
  assert.equal(
    measureSummary(measures[0]!),
    'Right closers, by depth: depth 1 from 50 % to 100 %, depth 2 from 50 % to 50 %.',
  );
});
