import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Predictor } from '../../src/engine/engine';
import { Memory } from '../../src/memory/memory';
import { encode, LINE_FEED_SYMBOL } from '../../src/python/alphabet';
import { firstCharacters, memoryBits, predictionsOn } from '../../src/simulation/bits';

const file = (name: string, text: string) => ({ path: `/${name}`, name, symbols: encode(text) });

test('a network is asked about each symbol after those before it, however long the file', async () => {
  let asked = new Uint8Array();
  const predictor = {
    initialState: () => new Float32Array(1),
    readEach: async (_state: Float32Array, symbols: Uint8Array) => {
      asked = Uint8Array.from(symbols);
      return new Float32Array();
    },
  } as Partial<Predictor> as Predictor;
  const long = file('long.py', 'x = 1\n'.repeat(80_000));
  await predictionsOn(predictor, long);
  assert.equal(asked.length, long.symbols.length);
  assert.equal(asked[0], LINE_FEED_SYMBOL);
  assert.deepEqual(asked.subarray(1), long.symbols.subarray(0, -1));
});

test('the first characters end in the middle of a file', () => {
  const files = firstCharacters([file('a.py', 'abc'), file('b.py', 'defg'), file('c.py', 'h')], 5);
  assert.deepEqual(
    files.map(({ name, symbols }) => [name, symbols.length]),
    [
      ['a.py', 3],
      ['b.py', 2],
    ],
  );
});

test('whoever learns what was read knows the second half better', async () => {
  const memory = await Memory.build([], { bytes: 4 * 2 ** 20 });
  const lines = { file: file('a.py', 'value = compute(value, 17)\n'.repeat(40)), predictions: null };
  const { frozen, adapting } = await memoryBits(memory, [lines]);
  assert.ok(adapting < frozen / 2, `${adapting} of ${frozen}`);
});
