import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Vocabulary } from '../../src/completion/code-aware/names';
import { measureLatency, simulateTyping, stretchesOf } from '../../src/evaluation/keystrokes';
import { surePerLine } from '../completion/recital';

const TEXT = 'import os\nimport sys\n';
const WHOLE = { text: TEXT, from: 0 };

test('what is exactly what follows is accepted at the price of one key', async () => {
  const [result] = await simulateTyping(surePerLine(TEXT).expert, [WHOLE], [0.5]);
  assert.deepEqual(result, {
    threshold: 0.5,
    saved: (9 - 1 + 10 - 1) / 21,
    savedInEditor: (9 - 1 + 10 - 1) / 21,
    shown: 2,
    accepted: 1,
    meanAcceptedLength: 9.5,
    wrongPer100: 0,
  });
});

test('what is wrong costs no key, but counts wherever it is shown', async () => {
  const { expert } = surePerLine('import os\nimport re\n');
  const [{ shown, accepted, saved, wrongPer100 }] = await simulateTyping(expert, [WHOLE], [0.5]);
  // "import re" is shown at its own start and, while what is typed agrees, to its last characters.
  assert.equal(shown, 1 + 'import '.length + 1);
  assert.equal(accepted, 1 / 9);
  assert.equal(saved, 8 / 21);
  assert.equal(wrongPer100, 100 * ((9 + 8 + 7 + 6 + 5 + 4 + 3 + 2) / 12));
});

test('each threshold is a simulation of its own, and all of them ask the expert once', async () => {
  const once = surePerLine(TEXT, () => 0.9);
  await simulateTyping(once.expert, [WHOLE], [0.3]);
  const thrice = surePerLine(TEXT, () => 0.9);
  const results = await simulateTyping(thrice.expert, [WHOLE], [0.3, 0.5, 0.99]);
  assert.equal(results[0].saved > results[1].saved, true);
  assert.deepEqual([results[2].saved, results[2].shown, results[2].accepted], [0, 0, 0]);
  assert.equal(thrice.work.symbols, once.work.symbols);
});

test('texts add up, and nothing to type gives zeros', async () => {
  const { expert } = surePerLine(TEXT);
  const [one] = await simulateTyping(expert, [WHOLE], [0.5]);
  const [two] = await simulateTyping(expert, [WHOLE, WHOLE], [0.5]);
  assert.deepEqual(two, { ...one, shown: 4 });
  const [none] = await simulateTyping(expert, [], [0.5]);
  const { threshold, ...zeros } = none;
  assert.equal(threshold, 0.5);
  assert.ok(Object.values(zeros).every((value) => value === 0));
});

test('a name that stands nowhere in the workspace is shown only once the typist has begun it', async () => {
  const { expert } = surePerLine('print(frobnicate)\n');
  const stretch = { text: 'print(frobnicate)\n', from: 6 };
  const [anyName] = await simulateTyping(expert, [stretch], [0.5]);
  const [knownNames] = await simulateTyping(expert, [stretch], [0.5], Vocabulary.of([]));
  assert.equal(anyName.meanAcceptedLength, 'frobnicate)'.length);
  assert.equal(knownNames.meanAcceptedLength, 'nicate)'.length);
});

test('what an editor indents takes no key, and nothing is shown in it', async () => {
  const text = 'def f():\n    return x\n';
  const { expert } = surePerLine(text);
  const [{ saved, savedInEditor }] = await simulateTyping(expert, [{ text, from: 9 }], [0.5]);
  // "    return x" is accepted in one place, "return x" in the other.
  assert.equal(saved, 11 / 13);
  assert.equal(savedInEditor, 7 / 9);
});

test('what stands before a stretch is read, not typed', async () => {
  const { expert } = surePerLine(TEXT);
  const [{ saved, shown }] = await simulateTyping(expert, [{ text: TEXT, from: 10 }], [0.5]);
  assert.deepEqual([saved, shown], [9 / 11, 1]);
});

test('stretches are spread evenly over a text, begin at lines and have context', () => {
  const text = 'x = compute(y)\n'.repeat(2000);
  const stretches = stretchesOf(text, 12_000);
  assert.equal(stretches.length, 3);
  for (const [i, { text: part, from }] of stretches.entries()) {
    assert.equal(part.length - from, 4000);
    assert.equal(from, i === 0 ? 0 : 2000);
    if (i > 0) assert.equal(part[from - 1], '\n');
  }
  assert.deepEqual(stretchesOf('short\n', 12_000), [{ text: 'short\n', from: 0 }]);
  assert.deepEqual(stretchesOf(text, 0), []);
});

test('latency is measured for every character typed', async () => {
  const times = await measureLatency(surePerLine(TEXT).expert, WHOLE);
  assert.equal(times.length, TEXT.length + 1);
  assert.ok(times.every((time) => time >= 0));
});
