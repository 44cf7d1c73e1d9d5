import assert from 'node:assert/strict';
import { test } from 'node:test';
import { characterName, lookBackSentence, probabilityText, unitText } from '../../src/panel/inspect/inspect-text';
import { activationLevel, halfOf, lookBackLevels, movedBy, surpriseLevel } from '../../src/panel/inspect/levels';

test('surprise has eight steps, activations nine', () => {
  assert.deepEqual([0, 0.49, 0.5, 2.5, 6.6, 8, 149].map(surpriseLevel), [0, 0, 1, 3, 6, 7, 7]);
  assert.deepEqual([-1, -0.3, -0.1, 0, 0.13, 1].map(activationLevel), [-4, -1, 0, 0, 1, 4]);
});

test('what was looked back at is compared with the most', () => {
  assert.deepEqual(lookBackLevels([0, 0.25, 1]), [0, 4, 7]);
  assert.deepEqual(lookBackLevels([0, 0]), [0, 0]);
  assert.deepEqual(lookBackLevels([]), []);
});

test('half of the pull comes from the last characters', () => {
  assert.equal(halfOf([1, 1, 1, 3]), 1);
  assert.equal(halfOf([4, 1, 1, 1]), 4);
  assert.equal(halfOf([]), 0);
});

test('keys move through the text, and within its ends', () => {
  const text = [...'ab\n\ncdef'];
  const from = (at: number, ...keys: string[]) => keys.reduce((at, key) => movedBy(key, text, at)!, at);
  assert.equal(from(0, 'ArrowRight', 'ArrowRight'), 2);
  assert.equal(from(0, 'ArrowLeft'), 0);
  assert.equal(from(7, 'ArrowRight'), 7);
  assert.deepEqual([from(1, 'End'), from(2, 'Home'), from(5, 'Home'), from(5, 'End')], [2, 0, 4, 7]);
  assert.deepEqual([from(1, 'ArrowDown'), from(3, 'ArrowDown'), from(6, 'ArrowDown')], [3, 4, 6]);
  assert.deepEqual([from(6, 'ArrowUp'), from(3, 'ArrowUp'), from(1, 'ArrowUp')], [3, 0, 1]);
  assert.equal(movedBy('x', text, 0), null);
});

test('every move from every place stays in the text, and up undoes down where the lines are long enough', () => {
  const text = [...'\nabc\nde\n\n'];
  for (let at = 0; at < text.length; at++) {
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']) {
      const to = movedBy(key, text, at)!;
      assert.ok(to >= 0 && to < text.length, `${key} from ${at} leads to ${to}`);
    }
  }
  assert.equal(movedBy('ArrowUp', text, movedBy('ArrowDown', text, 2)!), 2);
});

test('words for characters, probabilities and units', () => {
  assert.deepEqual([' ', '\n', 'x', '\u202e'].map(characterName), ['space', 'line end', 'x', '\\u202e']);
  assert.deepEqual([1, 0.996, 0.42, 0.004, 1e-9].map(probabilityText), [
    '100 %',
    '99.6 %',
    '42 %',
    '0.4 %',
    'under 0.01 %',
  ]);
  assert.equal(unitText({ layer: 1, unit: 316, correlation: -0.834 }), 'layer 2, unit 317: −0.83');
  assert.match(lookBackSentence(')', 40, 1), /half of the pull came from the last character of 40 before it/);
  assert.match(lookBackSentence('\n', 0, 0), /Nothing stands before this line end/);
});
