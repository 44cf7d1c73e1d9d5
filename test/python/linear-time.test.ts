import assert from 'node:assert/strict';
import test from 'node:test';
import { identifiersOf } from '../../src/python/identifiers';
import { Lexer } from '../../src/python/lexer';
import { allows } from '../../src/python/validity';
import { charactersTried, counted } from './count-steps';

/**
 * Texts of which each is one token, or one kind of thing, that goes on and on: what comes first, and what is repeated.
 */
const ENDLESS: [before: string, repeated: string][] = [
  ...['7', '0', '1_', '1e', '1.', '.5'].map((number): [string, string] => ['x = ', number]),
  ...['x = 0x', 'x = 0b', 'x = 1.', 'x = 1e', 'x = 1_'].map((before): [string, string] => [before, '1']),
  ...['a', 'é', 'f', 'rb', 'a.', 'not ', '.', '=', '*', ':', ';', ' ', '\t', '\n', '\\', '\\\n', '?', '"', "'"].map(
    (repeated): [string, string] => ['x = ', repeated],
  ),
  ...['#', '"', '"""', 'f"', 'f"{', 'f"{a:', 'f"\\N{', 'b"', 'r"'].flatMap((before): [string, string][] =>
    ['a', '\\', '{', '{a:', '{a}', 'f"{', '}', "'"].map((repeated) => [before, repeated]),
  ),
  ...['(', '[', '{', ')', '()', 'f(', 'if a:\n '].map((repeated): [string, string] => ['', repeated]),
  ['if a:\n', ' '],
  ['if a:\n', '\t'],
];

const LENGTH = 1000;

test('no regular expression is tried on more than some characters for each that is read', () => {
  for (const [before, repeated] of ENDLESS) {
    const text = before + repeated.repeat(Math.ceil(LENGTH / repeated.length));
    const tried = charactersTried(() => {
      const lexer = new Lexer();
      for (let i = 0; i < text.length; i++) {
        allows(lexer, text.charCodeAt(i));
        lexer.advance(text.charCodeAt(i));
      }
      identifiersOf(text);
    });
    assert.ok(tried < 10 * text.length, `${tried} characters for ${text.length} of ${before}${repeated}…`);
  }
});

test('however many brackets are open, a closer that matches none of them looks at none, and one that does closes them', () => {
  const cases: [opened: string, closed: string][] = [
    ['(', ']'],
    ['[', '}'],
    ['f"{a[', ')'],
    ['([', '}'],
    ['f"{(', ']'],
  ];
  for (const [opened, closed] of cases) {
    const lexer = new Lexer().read(opened.repeat(LENGTH));
    const steps = { count: 0 };
    lexer.brackets = counted(lexer.brackets, steps);
    lexer.read(closed.repeat(LENGTH));
    assert.ok(steps.count <= LENGTH, `${steps.count} steps for ${opened}… ${closed}…`);
  }
  const lexer = new Lexer().read(`[${'('.repeat(LENGTH)}`);
  const steps = { count: 0 };
  lexer.brackets = counted(lexer.brackets, steps);
  lexer.read(']'.repeat(LENGTH));
  assert.equal(lexer.brackets, null);
  assert.ok(steps.count <= 2 * LENGTH, `${steps.count} steps to close them all`);
});
