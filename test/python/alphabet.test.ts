import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALPHABET_SIZE, characterOf, charactersOf, decode, encode, UNKNOWN } from '../../src/python/alphabet';

test('a text of any length is decoded, each symbol as its character', () => {
  const symbols = Uint8Array.from({ length: 300_001 }, (_, i) => (i * 31) % ALPHABET_SIZE);
  const text = decode(symbols);
  assert.equal(text.length, symbols.length);
  assert.ok(symbols.every((symbol, i) => text[i] === characterOf(symbol)));
  assert.deepEqual(encode(text), symbols);
  assert.deepEqual([decode([]), decode([UNKNOWN])], ['', '\ufffd']);
});

test('a text has a character for each of its symbols', () => {
  const text = 'a\r\nb\rc\n\u{1f600}é\ud800';
  const characters = charactersOf(text);
  assert.deepEqual(characters, ['a', '\n', 'b', '\n', 'c', '\n', '\u{1f600}', 'é', '\ud800']);
  assert.equal(encode(text).length, characters.length);
});
