import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explanationText } from '../../src/extension/explanation-text';
import type { Explanation } from '../../src/protocol/completion';

const HIDDEN: Explanation = {
  text: '',
  shown: false,
  probability: 0.412,
  characters: [
    { text: 'x', probability: 0.98 },
    { text: ' ', probability: 0.42 },
  ],
  droppedBy: 'confidence',
  reason: 'The model is only 41 % sure of this line, and a balanced suggestion has to be at least 60 % sure.',
  candidate: 'x ',
};

test('what is not shown is explained: why first, then the candidate, then its characters', () => {
  assert.equal(
    explanationText(HIDDEN, 'shop.py, line 3, column 9'),
    `shop.py, line 3, column 9

The model is only 41 % sure of this
line, and a balanced suggestion has to
be at least 60 % sure. (rule:
confidence)

What the model would write:

    x 

How sure it is of each character:

    x     98.0 %  ████████████████████
    ␣     42.0 %  ████████
`,
  );
});

test('a name in it is shown and not obeyed', () => {
  assert.match(explanationText(HIDDEN, 'a\u202egnp.py, line 3'), /^a\\u202egnp\.py, line 3\n/);
});

test('what is shown is said to be shown', () => {
  const shown: Explanation = {
    ...HIDDEN,
    shown: true,
    text: 'x = 1',
    droppedBy: null,
    reason: null,
    probability: 0.87,
  };
  const text = explanationText(shown, 'a.py');
  assert.match(text, /A suggestion is shown here\. The model is\s87 % sure/);
  assert.match(text, /^ {4}x = 1$/m);
});

test('where there is no candidate, none is talked about', () => {
  const none = { ...HIDDEN, candidate: '', characters: [], droppedBy: null, reason: 'There is no model yet.' };
  assert.equal(explanationText(none, 'a.py'), 'a.py\n\nThere is no model yet.\n');
});
