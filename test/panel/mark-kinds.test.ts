import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countMarks, markText, SHOWN_AT_FIRST, switched } from '../../src/panel/samples/mark-kinds';
import { sample } from './events';
import { markedSample } from './marked-training';

test('marks are counted over all samples, in the order of the legend', () => {
  const samples = [
    markedSample(1, '\n', '‹misclosed 2|)› ‹keyword|def› ‹keyword|if›'),
    markedSample(2, '\n', '‹keyword|for›'),
    sample(3),
  ];
  assert.deepEqual(
    [...countMarks(samples)],
    [
      ['keyword', 3],
      ['misclosed', 1],
    ],
  );
});

test('a mark says what it means, how deep a bracket is, and where recited text stands', () => {
  const [closed, recited] = markedSample(1, '\n', '‹closed 2|)› ‹recited a/b.py:12|def f(): pass›').marks!;
  assert.equal(markText(closed!), 'Closes the bracket that is open. Depth 2.');
  assert.equal(markText(recited!), 'Stands verbatim in a/b.py, line 12. Click to open it.');
});

test('a switch takes a kind away and brings it back', () => {
  const without = switched(SHOWN_AT_FIRST, 'recited');
  assert.equal(without.includes('recited'), false);
  assert.deepEqual(switched(without, 'recited'), SHOWN_AT_FIRST);
});
