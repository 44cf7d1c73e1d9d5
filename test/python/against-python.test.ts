import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { ALPHABET_SIZE, characterOf } from '../../src/python/alphabet';
import { Lexer } from '../../src/python/lexer';
import { allows } from '../../src/python/validity';
import { disagreements, type PythonTokens } from './against-python';

const snippets = readFileSync(path.join(__dirname, '../fixtures/lexer/expected.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as PythonTokens);

test('brackets, strings, blocks and tokens are those of Python’s tokenizer, and nothing in valid code is forbidden', () => {
  assert.equal(snippets.length, 3);
  for (const snippet of snippets) {
    assert.deepEqual(disagreements(snippet), []);
  }
});

test('a lexer that goes on from a fork at any point ends as one that read everything', () => {
  for (const { source } of snippets) {
    const whole = new Lexer().read(source);
    const lexer = new Lexer();
    for (let i = 0; i < source.length; i++) {
      if (i % 41 === 0) {
        assert.deepEqual(lexer.fork().read(source.slice(i)), whole);
      }
      lexer.advance(source.charCodeAt(i));
    }
  }
});

test('there is always a way to go on', () => {
  for (const { source } of snippets) {
    const lexer = new Lexer();
    for (let i = 0; i < source.length; i++) {
      const symbols = Array.from({ length: ALPHABET_SIZE }, (_, symbol) => symbol);
      assert.ok(symbols.some((symbol) => allows(lexer, characterOf(symbol).charCodeAt(0))));
      lexer.advance(source.charCodeAt(i));
    }
  }
});
