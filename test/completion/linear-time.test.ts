import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Constraint } from '../../src/completion/code-aware/constraint';
import { KnownNames } from '../../src/completion/code-aware/known-names';
import { Syntax } from '../../src/completion/code-aware/syntax';
import { type Names, Vocabulary } from '../../src/completion/code-aware/vocabulary';
import { Completer } from '../../src/completion/completer';
import { loop } from '../../src/completion/filters/loop';
import { unclosed } from '../../src/completion/filters/unclosed';
import { type CodePlace, isMidLine, placeAt } from '../../src/completion/place';
import { Random } from '../../src/model/random';
import { ALPHABET_SIZE } from '../../src/python/alphabet';
import { counted } from '../python/count-steps';
import { singleText } from './single-text';

/** So many characters would take an expression that tries every way to share them out minutes or years. */
const LENGTH = 100_000;

function placeIn(before: string, after = ''): CodePlace {
  const syntax = new Syntax().read(before);
  return { ...placeAt(before + after, before.length), syntax, known: Vocabulary.of([]) };
}

/** Texts of up to so many of these characters, chosen at random. */
function textsOf(characters: string, most: number, count: number): string[] {
  const random = new Random(characters.length);
  const below = (n: number) => Math.floor(random.next() * n);
  return Array.from({ length: count }, () =>
    Array.from({ length: below(most + 1) }, () => characters[below(characters.length)]).join(''),
  );
}

test('what may stand to the right of the cursor is what an expression for all of it says, in one pass', () => {
  const restOfLine = /^\s*[)>}\]"'`]*\s*[:{;,]?\s*$/;
  for (const text of textsOf(') ":\t,{x>', 7, 20_000)) {
    assert.equal(isMidLine(text), !restOfLine.test(text), JSON.stringify(text));
  }
  const blanks = ' '.repeat(LENGTH);
  for (const line of [blanks, `${blanks}:${blanks}`, ')'.repeat(LENGTH), `)${blanks})`.slice(0, -1)]) {
    assert.equal(isMidLine(line), false);
    assert.equal(isMidLine(`${line}# why`), true);
  }
});

test('a line repeats itself where an expression that goes back finds it to, in steps for each character', () => {
  const repeated = /(.{4,}?)\1\1/g;
  const place = placeIn('');
  for (const text of [...textsOf('ab', 60, 5000), ...textsOf('-=', 60, 500), ...textsOf('-a', 90, 5000)]) {
    const repeats = Array.from(text.matchAll(repeated)).some(([, unit]) => /[a-z]/.test(unit!));
    assert.equal(loop.keep(text, place), repeats ? '' : text, text);
  }
  assert.equal(loop.keep('x', { ...place, lineBefore: '-'.repeat(LENGTH) }), 'x');
  assert.equal(loop.keep('x', { ...place, lineBefore: thueMorse(LENGTH) }), 'x');
});

/** Letters that never say anything three times in a row, though most things twice. */
function thueMorse(length: number): string {
  let letters = 'a';
  while (letters.length < length) {
    letters += letters.replace(/[ab]/g, (letter) => (letter === 'a' ? 'b' : 'a'));
  }
  return letters.slice(0, length);
}

test('however many brackets are open at the cursor, none of them is looked at for what a suggestion opens', () => {
  const place = placeIn('('.repeat(1000), ')');
  const steps = { count: 0 };
  place.syntax.lexer.brackets = counted(place.syntax.lexer.brackets, steps);
  const text = `[${'x, '.repeat(50)}], (`;
  assert.equal(unclosed.keep(text, place), text.slice(0, -1));
  assert.ok(steps.count <= text.length, `${steps.count} steps`);
});

test('brackets that a suggestion closes are not open any more when it opens others', () => {
  const place = placeIn('f([', ')');
  assert.equal(unclosed.keep('], [', place), '], ');
  assert.equal(unclosed.keep('], [1])', place), '], [1])');
});

test('nobody is asked about names that no suggestion has room for', () => {
  let asked = 0;
  const isKnown = (word: string) => {
    asked += word.length;
    return true;
  };
  const known: Names = { has: isKnown, hasPrefix: isKnown };
  const constraint = new Constraint(new Syntax().read(`x = ${'a'.repeat(LENGTH)}`), known);
  for (let step = 0; step < 10; step++) {
    for (let symbol = 0; symbol < ALPHABET_SIZE; symbol++) {
      constraint.factor(symbol);
    }
    constraint.advance(67);
  }
  assert.ok(asked <= LENGTH, `${asked} characters`);
});

test('documents of one endless token are completed', async () => {
  const { expert } = singleText('x'.repeat(LENGTH));
  const endless = [
    ...['7', '(', ')', '()', '[', ']', '"', "'", '\\', 'a', '.', ' ', '\n', '\t', '#', '-', '1_'],
    ...['f"{', 'f"{a:', 'rb', '\\\n', 'def ', 'if a:\n '],
  ];
  for (const [before, repeated] of [
    ...endless.map((repeated) => ['x = ', repeated]),
    ['f"', '{'],
    ['f"{', '('],
    ['# ', '-'],
    ['0x', 'f'],
    ['('.repeat(LENGTH), ']'],
  ]) {
    const text = before + repeated!.repeat(LENGTH / repeated!.length);
    const completer = new Completer(expert, { names: new KnownNames(Vocabulary.of([])) });
    for (const after of ['', `${' '.repeat(LENGTH)}# why`]) {
      const document = { uri: 'file:///a.py', text: text + after };
      const { shown, droppedBy } = await completer.complete(document, text.length, { suggestions: 'eager' });
      assert.notEqual(shown, droppedBy !== null);
    }
  }
});
