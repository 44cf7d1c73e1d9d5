import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type RecitableFile, RecitationIndex } from '../../src/inspection/recitation';
import { Random } from '../../src/model/random';
import { ALPHABET_SIZE, decode, encode } from '../../src/python/alphabet';

function randomSymbols(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random.next() * ALPHABET_SIZE));
}

function fileOf(name: string, text: string): RecitableFile {
  return { name, symbols: encode(text) };
}

/** Text that stands nowhere in the files, with a span of one of them in it that cannot be extended. */
function planted(random: Random, { symbols }: RecitableFile, from: number, length: number) {
  const noise = randomSymbols(random, 200 + length);
  const start = Math.floor(random.next() * 200);
  noise.set(symbols.subarray(from, from + length), start);
  for (const [at, beside] of [[start - 1, from - 1] as const, [start + length, from + length] as const]) {
    if (at >= 0 && noise[at] === symbols[beside]) {
      noise[at] = (noise[at]! + 1) % ALPHABET_SIZE;
    }
  }
  return { text: decode(noise), start };
}

test('every planted span of 40 to 120 characters is found, with its file and line, and none of 39', async () => {
  const random = new Random(17);
  const files = Array.from({ length: 30 }, (_, i) => ({
    name: `pkg/file${i}.py`,
    symbols: randomSymbols(random, 25 + Math.floor(random.next() * 3000)),
  }));
  const index = await RecitationIndex.of(files);
  let found = 0;
  for (let trial = 0; trial < 2000; trial++) {
    const file = files[Math.floor(random.next() * files.length)]!;
    const length = trial % 4 === 0 ? 40 : 40 + Math.floor(random.next() * 80);
    if (file.symbols.length < length) {
      continue;
    }
    const from = trial % 8 === 0 ? 0 : Math.floor(random.next() * (file.symbols.length - length + 1));
    const { text, start } = planted(random, file, from, length);
    const line = decode(file.symbols)
      .slice(0, from)
      .concat(blankStart(text.slice(start)))
      .split('\n').length;
    assert.deepEqual(index.find(text), [{ start, end: start + length, file: file.name, line }], `trial ${trial}`);
    found++;

    const short = planted(random, file, from, 39);
    assert.deepEqual(index.find(short.text), [], `trial ${trial}, one less`);
  }
  assert.ok(found > 1500, `${found} trials`);
});

function blankStart(text: string): string {
  return text.slice(0, text.search(/\S/));
}

const LICENCE = `# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
`;

test('the longest span wins, and of an overlapping one the rest counts where it is long enough', async () => {
  const tail = '# You may obtain a copy of the License at the usual place, which is far away.\n';
  const index = await RecitationIndex.of([
    fileOf('short.py', LICENCE.slice(0, 60)),
    fileOf('long.py', `\n\n${LICENCE}`),
    fileOf('tail.py', LICENCE.slice(90) + tail),
  ]);
  const text = `x${LICENCE}${tail}`;
  const [first, second, ...others] = index.find(text);
  assert.deepEqual(others, []);
  assert.deepEqual([first!.file, first!.line], ['long.py', 3]);
  assert.equal(text.slice(first!.start, first!.end), LICENCE);
  assert.deepEqual([second!.file, second!.line], ['tail.py', 2]);
  assert.equal(text.slice(second!.start, second!.end), tail);
});

test('white space recites nothing: 20 characters of a span are no white space', async () => {
  const visible = 'abcdefghijklmnopqrst';
  const index = await RecitationIndex.of([fileOf('a.py', `x = 1\n${' '.repeat(200)}${visible}\n`)]);
  assert.deepEqual(index.find(`y${' '.repeat(150)}z`), []);
  assert.deepEqual(index.find(`y${' '.repeat(60)}${visible.slice(0, 19)}?`), []);
  assert.deepEqual(index.find(`y${' '.repeat(20)}${visible}?`), [{ start: 1, end: 41, file: 'a.py', line: 2 }]);
});

test('a span that stands in many places is given with the first of them', async () => {
  const files = Array.from({ length: 50 }, (_, i) => fileOf(`file${i}.py`, `${'\n'.repeat(i)}${LICENCE}`));
  const index = await RecitationIndex.of(files);
  const text = `${LICENCE}x`;
  assert.deepEqual(index.find(text), [{ start: 0, end: LICENCE.length, file: 'file0.py', line: 1 }]);
});

test('offsets are those of the text, whatever characters stand before the span', async () => {
  const index = await RecitationIndex.of([fileOf('a.py', LICENCE)]);
  const text = `😀\r\n${LICENCE}`;
  assert.deepEqual(index.find(text), [{ start: 4, end: 4 + LICENCE.length, file: 'a.py', line: 1 }]);
});

test('nothing is found in texts shorter than a window, or without files', async () => {
  const index = await RecitationIndex.of([fileOf('a.py', LICENCE), fileOf('empty.py', '')]);
  assert.deepEqual(index.find(''), []);
  assert.deepEqual(index.find(LICENCE.slice(0, 20)), []);
  assert.deepEqual((await RecitationIndex.of([])).find(LICENCE), []);
});

test('the index takes at most half a byte a character beside the files, and is built in pieces', async () => {
  const files = [{ name: 'large.py', symbols: randomSymbols(new Random(1), 4_000_000) }];
  const index = await RecitationIndex.of(files);
  assert.ok(index.bytes <= 0.5 * 4_000_000 + 64, `${index.bytes} bytes`);

  const stop = new AbortController();
  const many = Array.from({ length: 20 }, (_, i) => ({ ...files[0]!, name: `large${i}.py` }));
  const building = RecitationIndex.of(many, stop.signal);
  await setImmediate();
  stop.abort();
  await assert.rejects(building, stop.signal.reason);
});
