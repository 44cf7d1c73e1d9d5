import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Vocabulary } from '../../src/completion/code-aware/vocabulary';
import type { Expert } from '../../src/completion/experts/expert';
import { Memory } from '../../src/memory/memory';
import { encode } from '../../src/python/alphabet';
import type { Excerpt } from '../../src/simulation/excerpts';
import { withMemory } from '../../src/simulation/systems';
import { measureLatency, simulateTyping } from '../../src/simulation/typing';
import { surePerLine } from '../completion/single-text';

const TEXT = 'import os\nimport sys\n';
const WHOLE = excerpt(TEXT, 0);

function excerpt(text: string, from: number): Excerpt {
  return { name: 'typed.py', text, from, to: text.length };
}

/** Learns nothing. */
function fixed(expert: Expert) {
  return { expert, learn: async () => {} };
}

test('what is exactly what follows is accepted at the price of one key', async () => {
  const [result] = await simulateTyping(fixed(surePerLine(TEXT).expert), [WHOLE], [0.5]);
  assert.deepEqual(result, {
    threshold: 0.5,
    saved: (9 - 1 + 10 - 1) / 21,
    savedInEditor: null,
    shown: 2,
    accepted: 1,
    meanAcceptedLength: 9.5,
    wrongPer100: 0,
    calibration: [{ shown: 2, predicted: result!.calibration[0]!.predicted, observed: 1 }],
  });
  assert.ok(result.calibration[0]!.predicted > 0.98 && result.calibration[0]!.predicted < 1);
});

test('what is wrong costs no key, and is shown once', async () => {
  const { expert } = surePerLine('import os\nimport re\n');
  const { shown, accepted, saved, wrongPer100 } = (await simulateTyping(fixed(expert), [WHOLE], [0.5]))[0]!;
  assert.equal(shown, 2);
  assert.equal(accepted, 1 / 2);
  assert.equal(saved, 8 / 21);
  assert.equal(wrongPer100, 100 * (9 / 12));
});

test('each threshold is a simulation of its own, and all of them ask the expert once', async () => {
  const once = surePerLine(TEXT, () => 0.9);
  await simulateTyping(fixed(once.expert), [WHOLE], [0.1]);
  const thrice = surePerLine(TEXT, () => 0.9);
  const results = await simulateTyping(fixed(thrice.expert), [WHOLE], [0.1, 0.8, 0.99]);
  assert.equal(results[0]!.saved > results[1]!.saved, true);
  assert.deepEqual([results[2]!.saved, results[2]!.shown, results[2]!.accepted], [0, 0, 0]);
  assert.equal(thrice.work.symbols, once.work.symbols);
});

test('texts add up, and nothing to type gives zeros', async () => {
  const { expert } = surePerLine(TEXT);
  const [one] = await simulateTyping(fixed(expert), [WHOLE], [0.5]);
  const [two] = await simulateTyping(fixed(expert), [WHOLE, WHOLE], [0.5]);
  const { observed, predicted } = one!.calibration[0]!;
  const [both] = two!.calibration;
  assert.ok(Math.abs(both!.predicted - predicted) < 1e-12);
  assert.deepEqual(two, { ...one, shown: 4, calibration: [{ shown: 4, observed, predicted: both!.predicted }] });
  const [none] = await simulateTyping(fixed(expert), [], [0.5]);
  const { threshold, calibration, savedInEditor, ...zeros } = none!;
  assert.deepEqual([threshold, calibration, savedInEditor], [0.5, [], null]);
  assert.ok(Object.values(zeros).every((value) => value === 0));
});

test('a name that stands nowhere in the workspace is shown only once the typist has begun it', async () => {
  const { expert } = surePerLine('print(frobnicate)\n');
  const print = excerpt('print(frobnicate)\n', 6);
  const [anyName] = await simulateTyping(fixed(expert), [print], [0.5]);
  const [knownNames] = await simulateTyping(fixed(expert), [print], [0.5], { workspace: Vocabulary.of([]) });
  assert.equal(anyName!.meanAcceptedLength, 'frobnicate)'.length);
  assert.equal(knownNames!.meanAcceptedLength, 'nicate)'.length);
});

test('what an editor indents takes no key, and nothing is shown in it', async () => {
  const text = 'def f():\n    return x\n';
  const { expert } = surePerLine(text);
  const { saved, savedInEditor } = (
    await simulateTyping(fixed(expert), [excerpt(text, 9)], [0.5], { inEditor: true })
  )[0]!;
  // "    return x" is accepted in one place, "return x" in the other.
  assert.equal(saved, 11 / 13);
  assert.equal(savedInEditor, 7 / 9);
});

test('what stands before a stretch is read, not typed', async () => {
  const { expert } = surePerLine(TEXT);
  const { saved, shown } = (await simulateTyping(fixed(expert), [excerpt(TEXT, 10)], [0.5]))[0]!;
  assert.deepEqual([saved, shown], [9 / 11, 1]);
});

test('a memory learns each line when it was typed, and completes the same line after it', async () => {
  const line = 'value = compute(value, 17)\n';
  const typing = async (learns: boolean) => {
    const system = withMemory(await Memory.build([], { bytes: 4 * 2 ** 20 }), null);
    const [results] = await simulateTyping(
      learns ? system : fixed(system.expert),
      [excerpt(line.repeat(12), 0)],
      [0.1],
    );
    return results!.saved;
  };
  assert.equal(await typing(false), 0);
  assert.ok((await typing(true)) > 0);
});

test('files before the typed one are finished, those after it are not yet known', async () => {
  const learnt: string[] = [];
  const system = { ...fixed(surePerLine(TEXT).expert), learn: async (name: string) => void learnt.push(name) };
  const files = ['a.py', 'typed.py', 'z.py'].map((name) => ({ path: `/${name}`, name, symbols: encode(TEXT) }));
  await simulateTyping(system, [WHOLE], [0.5], { files });
  assert.deepEqual([...new Set(learnt)], ['a.py', 'typed.py']);
});

test('latency is measured for every character typed', async () => {
  const times = await measureLatency(surePerLine(TEXT).expert, WHOLE);
  assert.equal(times.length, TEXT.length + 1);
  assert.ok(times.every((time) => time >= 0));
});

test('where time is short every stretch is typed in its own share of it', async () => {
  const text = 'a = 1\n'.repeat(10);
  const typed = new Map<string, number>();
  const learn = async (name: string, begun: string) => void typed.set(name, begun.length / 6);
  const lines = () => [...typed.values()].reduce((sum, count) => sum + count, 0);
  const excerpts = ['one.py', 'two.py', 'three.py'].map((name) => ({ ...excerpt(text, 0), name }));
  // There is time for nine lines, and the file `two.py` takes that of the others.
  const passed = () => (lines() + (typed.has('two.py') ? 6 : 0)) / 9;
  await simulateTyping({ ...fixed(surePerLine('').expert), learn }, excerpts, [0.5], { passed });
  assert.deepEqual(
    [...typed],
    [
      ['one.py', 4],
      ['two.py', 0],
    ],
  );
});

test('it ends at once when told to', async () => {
  const stop = AbortSignal.abort(new Error('stopped'));
  await assert.rejects(simulateTyping(fixed(surePerLine(TEXT).expert), [WHOLE], [0.5], { signal: stop }), /stopped/);
});
