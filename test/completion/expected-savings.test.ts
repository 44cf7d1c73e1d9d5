import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContinuationNode, likeliestAfter, pathTo, textOf } from '../../src/completion/continuations';
import { chooseByExpectedSavings, probabilityOf } from '../../src/completion/expected-savings';

interface Growing extends ContinuationNode {
  readonly next: Growing[];
  endsLine: boolean;
}

/**
 * Continuations, in which `?` after a character makes it a toss-up and `~4` gives it four tenths; all others are
 * certain. A last ⏎ ends the line. Where they begin alike they are the same.
 */
function node(...marked: string[]): ContinuationNode {
  const cursor: Growing = { text: '', probability: 1, parent: null, next: [], endsLine: false };
  for (const line of marked) {
    let at = cursor;
    for (const [, text = '', doubt, tenths] of line.matchAll(/([^⏎])(\?|~(\d))?/gu)) {
      const probability = tenths ? Number(tenths) / 10 : doubt ? 0.5 : 1;
      const known = at.next.find((one) => one.text === text);
      const next: Growing = known ?? { text, probability, parent: at, next: [], endsLine: false };
      if (!known) {
        at.next.push(next);
      }
      at = next;
    }
    at.endsLine = line.endsWith('⏎');
  }
  return cursor;
}

/** What is shown, and why nothing more. */
function outcome(choice: ReturnType<typeof chooseByExpectedSavings>): [string | null, string | null] {
  return [choice.end && textOf(pathTo(choice.end)), choice.rule?.name ?? null];
}

const cases: [why: string, marked: string, threshold: number, shown: string | null, rule?: string][] = [
  ['all that is sure enough is shown', 'return x⏎', 0.9, 'return x'],
  ['probabilities multiply along the text', 'a(? c)? d)⏎', 0.3, 'a( c'],
  ['what is certain is shown by itself before what is not', 'a.b(? c)⏎', 0.3, 'a.b'],
  ['a doubt that the next key settles is waited for', '(?b, cdef)⏎', 0.3, null, 'too-unsure'],
  ['where little hangs on being wrong it is not', '(?b, cdef)⏎', 0.1, '(b, cdef)'],
  ['nothing is shown where the first character is unsure', 's?elf⏎', 0.9, null, 'too-unsure'],
  ['nothing is shown under two characters', ')⏎', 0.9, null, 'too-short'],
  ['two characters are shown', 'x)⏎', 0.9, 'x)'],
  ['unless they are not sure enough for the one key that they save', 'x?)⏎', 0.5, null, 'too-unsure'],
  ['too few characters before doubt are unsure, not short', '(c?d)⏎', 0.9, null, 'too-unsure'],
  ['no half identifier is shown', 'self.count = valu?e⏎', 0.9, 'self.count = '],
  ['an identifier that is surely over is shown', 'self.count.?x⏎', 0.9, 'self.count'],
  ['a half identifier alone is not shown', 'counter?s = 1⏎', 0.9, null, 'half-token'],
  ['a name may end after a part of it', 'self.assertE?qual(a)⏎', 0.9, 'self.assert'],
  ['before an underscore as well', 'self.get_?name()⏎', 0.9, 'self.get'],
  ['but not after one', 'self.is_x?y⏎', 0.9, 'self.is'],
  ['capitals in a row are one part', 'self.HTTP?⏎', 0.9, 'self.'],
  ['an operator is not cut in two', 'value ==? other⏎', 0.9, 'value '],
  ['text that ends because it is long is cut at a token', 'self.counter', 0.9, 'self.'],
];

for (const [why, marked, threshold, shown, rule] of cases) {
  test(`gate: ${why}`, () => {
    assert.deepEqual(outcome(chooseByExpectedSavings(node(marked), threshold)), [shown, rule ?? null]);
  });
}

test('gate: what may not end somewhere ends before, or goes on', () => {
  const certain = node('a.b(c)⏎');
  const shown = (may: (length: number) => boolean) =>
    outcome(chooseByExpectedSavings(certain, 0.9, [], (end) => may(pathTo(end).length)))[0];
  assert.equal(
    shown(() => true),
    'a.b(c)',
  );
  assert.equal(
    shown((length) => length < 6),
    'a.b(c',
  );
  assert.equal(
    shown(() => false),
    null,
  );
  const doubtful = chooseByExpectedSavings(node('a.b(?c)⏎'), 0.9, [], (end) => pathTo(end).length > 3);
  assert.equal(doubtful.rule?.name, 'too-unsure');
});

const forkedCases: [why: string, marked: string[], threshold: number, shown: string | null, rule?: string][] = [
  ['a choice that the next key settles is waited for', ['(~4, b)⏎', '[~6, b]⏎'], 0.3, null, 'too-unsure'],
  [
    'the less likely way is shown where it saves much',
    ['x~6⏎', '(~4self, request, name)⏎'],
    0.1,
    '(self, request, name)',
  ],
  ['what they have in common is shown first where they part', ['self.a~6 = b⏎', 'self.c~4 = d⏎'], 0.9, 'self.'],
];

for (const [why, marked, threshold, shown, rule] of forkedCases) {
  test(`gate: ${why}`, () => {
    assert.deepEqual(outcome(chooseByExpectedSavings(node(...marked), threshold)), [shown, rule ?? null]);
  });
}

const declinedCases: [
  why: string,
  marked: string,
  declined: [string, number][],
  shown: string | null,
  rule?: string,
][] = [
  ['what was declined is not shown, nor more', 'a.b( c) = d⏎', [['a.b( c)', 1]], null, 'declined'],
  ['its beginning is shown where that is sure enough without it', 'a.b( c?⏎', [['a.b( c', 0.5]], 'a.b( '],
  ['other text is not concerned', 'a.b( c)⏎', [['a.c( c)', 0.9]], 'a.b( c)'],
];

for (const [why, marked, declined, shown, rule] of declinedCases) {
  test(`gate: ${why}`, () => {
    const texts = declined.map(([text, probability]) => ({ text, probability }));
    assert.deepEqual(outcome(chooseByExpectedSavings(node(marked), 0.4, texts)), [shown, rule ?? null]);
  });
}

test('gate: where one way was declined the other one is what is left', () => {
  const forked = node('(~4, b)⏎', '[~6, b]⏎');
  assert.deepEqual(outcome(chooseByExpectedSavings(forked, 0.9)), [null, 'too-unsure']);
  assert.deepEqual(outcome(chooseByExpectedSavings(forked, 0.9, [{ text: '[, b]', probability: 0.6 }])), [
    '(, b)',
    null,
  ]);
});

test('gate: what was declined at other times may have been more probable than all together', () => {
  const forked = node('(~3, b)⏎', '[~3, b]⏎');
  const texts = ['[, b]', '{, b}'].map((text) => ({ text, probability: 0.6 }));
  assert.deepEqual(outcome(chooseByExpectedSavings(forked, 0.9, texts)), ['(, b)', null]);
});

test('gate: the beginning of what was declined is less probable than it was', () => {
  const characters = pathTo(likeliestAfter(node('ab?c?')).at(-1)!);
  assert.equal(probabilityOf(characters.slice(0, 2)), 0.5);
  assert.equal(probabilityOf(characters.slice(0, 2), [{ text: 'abc', probability: 0.25 }]), (0.5 - 0.25) / 0.75);
  assert.equal(probabilityOf(characters, [{ text: 'abc', probability: 0.25 }]), 0);
});
