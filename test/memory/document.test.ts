import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LearntDocument } from '../../src/memory/document';
import { Memory } from '../../src/memory/memory';
import { encode } from '../../src/python/alphabet';

const total = (bits: Float32Array) => bits.reduce((a, b) => a + b, 0);
const START = 'def area(width, height):\n    return width * height\n';
const LINE = '    print("perimeter", 2 * (width + height))\n';

async function emptyMemory() {
  return Memory.build([], { bytes: 4 * 2 ** 20 });
}

/** Bits that a line costs after the document. */
function costOf(memory: Memory, line: string): number {
  const reader = memory.open('area.py');
  reader.read(encode(START));
  return total(reader.costs(encode(line)));
}

test('new lines are learnt, wherever they are inserted', async () => {
  const memory = await emptyMemory();
  const document = new LearntDocument(memory, 'area.py');
  await document.update(encode(START));
  const before = costOf(memory, LINE);
  await document.update(encode(START.replace('    return', `${LINE}    return`)));
  assert.ok(costOf(memory, LINE) < 0.7 * before);
});

test('every line is learnt once, and only when it is complete', async () => {
  const memory = await emptyMemory();
  const document = new LearntDocument(memory, 'area.py', encode(START));
  const before = costOf(memory, LINE);
  await document.update(encode(START));
  await document.update(encode(START + LINE.slice(0, -1)));
  assert.equal(costOf(memory, LINE), before);
  await document.update(encode(START + LINE));
  const after = costOf(memory, LINE);
  assert.ok(after < before);
  await document.update(encode(START));
  await document.update(encode(START + LINE));
  assert.equal(costOf(memory, LINE), after);
});

test('updates are learnt in their order, even when nobody waits', async () => {
  const costs = async (isAwaited: boolean) => {
    const memory = await emptyMemory();
    const document = new LearntDocument(memory, 'area.py');
    const updates: Promise<void>[] = [];
    for (let i = 0; i < 5; i++) {
      const update = document.update(encode(START + LINE.repeat(2).replaceAll('width', `width${i}`)));
      if (isAwaited) {
        await update;
      }
      updates.push(update);
    }
    await Promise.all(updates);
    return costOf(memory, LINE);
  };
  assert.equal(await costs(false), await costs(true));
});

test('a long text is learnt piece by piece, as if it were one', async () => {
  const long = encode(LINE.repeat(1000));
  const whole = await emptyMemory();
  await whole.open('area.py').train(long);
  const pieces = await emptyMemory();
  await new LearntDocument(pieces, 'area.py').update(long);
  assert.ok(pieces.updates > 1);
  assert.equal(costOf(pieces, LINE), costOf(whole, LINE));
});

test('a signal ends the learning of a long text at its next piece', async () => {
  const memory = await emptyMemory();
  const controller = new AbortController();
  const update = new LearntDocument(memory, 'area.py').update(encode(LINE.repeat(5000)), controller);
  const ended = assert.rejects(update, { name: 'AbortError' });
  while (memory.updates === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  controller.abort();
  await ended;
  assert.ok(memory.updates <= 2, `${memory.updates}`);
});
