import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALPHABET_SIZE, characterOf, symbolOf } from '../../../src/python/alphabet';
import { noCompiler, run, withCompiled } from './compiler';

/** Native code reads the unknown symbol as DEL, which no text has. */
const UNKNOWN_CODE = 127;

test('the native alphabet is that of TypeScript', { skip: noCompiler() }, () => {
  const printed = withCompiled('test/alphabet.cc', [], (program) => run(program, []));
  const [symbols, characters] = printed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' ').map(Number));
  assert.deepEqual(
    symbols,
    Array.from({ length: 128 }, (_, code) => symbolOf(code)),
  );
  assert.deepEqual(
    characters,
    Array.from({ length: ALPHABET_SIZE }, (_, symbol) => {
      const code = characterOf(symbol).charCodeAt(0);
      return code < 128 ? code : UNKNOWN_CODE;
    }),
  );
});
