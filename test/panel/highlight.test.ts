import assert from 'node:assert/strict';
import { test } from 'node:test';
import { highlight } from '../../src/panel/samples/highlight';

function coloured(text: string): string[] {
  return highlight(text)
    .filter(({ kind }) => kind !== 'plain')
    .map(({ kind, text }) => `${kind}: ${text}`);
}

test('keywords, names, strings, numbers and comments are told apart', () => {
  assert.deepEqual(coloured('def area(self):  # in m²\n    return f"{self.a}" if None else 3.14'), [
    'keyword: def',
    'name: area',
    'comment: # in m²',
    'keyword: return',
    'string: f"{',
    'string: }"',
    'keyword: if',
    'keyword: None',
    'keyword: else',
    'number: 3.14',
  ]);
});

test('what stands in the braces of an f-string is code', () => {
  assert.deepEqual(coloured("rf'a{x if y else 1:>{n}}b' 'c'"), [
    "string: rf'a{",
    'keyword: if',
    'keyword: else',
    'number: 1',
    'string: :>{',
    "string: }}b'",
    "string: 'c'",
  ]);
});

test('a prefix of a string is one only where a word begins', () => {
  assert.deepEqual(coloured("rb'x' + half'x'"), ["string: rb'x'", "string: 'x'"]);
});

test('keywords count only as whole words, in their own case', () => {
  assert.deepEqual(coloured('classes = format.Import'), []);
});

test('an unfinished string ends with its line; with three quotes, with the text', () => {
  assert.deepEqual(coloured("x = 'abc\nreturn"), ["string: 'abc", 'keyword: return']);
  assert.deepEqual(coloured('"""abc\nreturn'), ['string: """abc\nreturn']);
});

test('whatever the network writes is kept, every character of it', () => {
  for (const text of ['', '\\', '"""', "'\\", "b'x\" # \"\n'''", 'def class if "…', 'r"\\"']) {
    assert.equal(
      highlight(text)
        .map((text) => text.text)
        .join(''),
      text,
    );
  }
});

test('blanks cost no looking back, however many there are', () => {
  // An expression that looks back from each of them to all before it would take an hour.
  const blanks = ' '.repeat(1_000_000);
  assert.deepEqual(coloured(`${blanks}def${blanks}f`), ['keyword: def', 'name: f']);
});
