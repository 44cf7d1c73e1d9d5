import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Continuation } from '../../src/completion/decode';
import { gate, probabilityOf } from '../../src/completion/gate';

/** A continuation in which `?` after a character makes it a toss-up; all others are certain. A last ⏎ ends the line. */
function continuation(marked: string): Continuation {
  const characters = Array.from(marked.matchAll(/([^⏎])(\?)?/gu), ([, text, doubt]) => ({
    text,
    probability: doubt ? 0.5 : 1,
  }));
  return { characters, endsLine: marked.endsWith('⏎') };
}

const cases: [why: string, marked: string, threshold: number, shown: string | null, rule?: string][] = [
  ['all that is sure enough is shown', 'return x⏎', 0.9, 'return x'],
  ['probabilities multiply along the text', 'a(? c)? d)⏎', 0.3, 'a( c'],
  ['what is certain is shown by itself before what is not', 'a.b(? c)⏎', 0.3, 'a.b'],
  ['a doubt that the next key settles is waited for', '(?b, cdef)⏎', 0.3, null, 'too-unsure'],
  ['where little hangs on being wrong it is not', '(?b, cdef)⏎', 0.1, '(b, cdef)'],
  ['nothing is shown where the first character is unsure', 's?elf⏎', 0.9, null, 'too-unsure'],
  ['nothing is shown under three characters', 'x)⏎', 0.9, null, 'too-short'],
  ['three characters are shown', 'x+1⏎', 0.9, 'x+1'],
  ['too few characters before doubt are unsure, not short', 'a(c?d)⏎', 0.9, null, 'too-unsure'],
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
    const { characters, endsLine } = continuation(marked);
    const { length, rule: dropped } = gate({ characters, endsLine }, threshold);
    const text = characters.slice(0, length).map(({ text }) => text);
    assert.deepEqual([text.join(''), dropped?.name ?? null], [shown ?? '', rule ?? null]);
  });
}

test('gate: what may not end somewhere ends before, or goes on', () => {
  const certain = continuation('a.b(c)⏎');
  assert.equal(gate(certain, 0.9).length, 6);
  assert.equal(gate(certain, 0.9, [], (length) => length < 6).length, 5);
  assert.equal(gate(certain, 0.9, [], () => false).length, 0);
  assert.equal(gate(continuation('a.b(?c)⏎'), 0.9, [], (length) => length !== 3).rule?.name, 'too-unsure');
});

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
    const { characters, endsLine } = continuation(marked);
    const texts = declined.map(([text, probability]) => ({ text, probability }));
    const { length, rule: dropped } = gate({ characters, endsLine }, 0.4, texts);
    const text = characters.slice(0, length).map(({ text }) => text);
    assert.deepEqual([text.join(''), dropped?.name ?? null], [shown ?? '', rule ?? null]);
  });
}

test('gate: the beginning of what was declined is less probable than it was', () => {
  const { characters } = continuation('ab?c?');
  assert.equal(probabilityOf(characters.slice(0, 2)), 0.5);
  assert.equal(probabilityOf(characters.slice(0, 2), [{ text: 'abc', probability: 0.25 }]), (0.5 - 0.25) / 0.75);
  assert.equal(probabilityOf(characters, [{ text: 'abc', probability: 0.25 }]), 0);
});
