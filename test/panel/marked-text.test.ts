import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markedText } from '../../src/panel/samples/marked-text';
import { markedSample } from './marked-training';

/** Runs in words: text, then syntax, kinds of marks, and "different". */
function runs(
  text: string,
  marks = markedSample(0, '', '').marks!,
  differences = [] as { start: number; end: number }[],
) {
  return markedText(text, marks, differences).map(({ recited, runs }) => [
    recited?.source?.file ?? null,
    ...runs.map(({ text, syntax, marks, isDifferent }) =>
      [text, syntax, ...marks.map(({ kind }) => kind), ...(isDifferent ? ['different'] : [])].join('|'),
    ),
  ]);
}

test('a text without marks is split where its syntax changes', () => {
  assert.deepEqual(runs('def f():'), [[null, 'def|keyword', ' |plain', 'f|name', '():|plain']]);
  assert.deepEqual(runs(''), []);
});

test('marks split it further, and may lie in each other', () => {
  const { text, marks } = markedSample(1, '', 'x = ‹openString|"a ‹madeUpName|b››\ny');
  assert.deepEqual(runs(text, marks), [
    [null, 'x = |plain', '"a |string|openString', 'b|string|openString|madeUpName', '\ny|plain'],
  ]);
});

test('what is recited is a part of its own, with the marks in it', () => {
  const { text, marks } = markedSample(1, '', 'a ‹recited m.py:3|b‹closed 1|)› c› d');
  assert.deepEqual(runs(text, marks), [
    [null, 'a |plain'],
    ['m.py', 'b|plain', ')|plain|closed', ' c|plain'],
    [null, ' d|plain'],
  ]);
});

test('differences and marks beyond the text do no harm', () => {
  const marks = [{ kind: 'keyword', start: 1, end: 9 }] as const;
  assert.deepEqual(runs('ab', [...marks], [{ start: 0, end: 1 }]), [[null, 'a|plain|different', 'b|plain|keyword']]);
});
