import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Constraint } from '../../src/completion/code-aware/constraint';
import { KnownNames } from '../../src/completion/code-aware/known-names';
import { Syntax } from '../../src/completion/code-aware/syntax';
import { Completer } from '../../src/completion/completer';
import {
  type ContinuationNode,
  type ContinuationOptions,
  expandContinuations,
  likeliestAfter,
  pathTo,
  textOf,
  toLineEnd,
} from '../../src/completion/continuations';
import { readingWith } from '../../src/completion/experts/expert';
import { Reading } from '../../src/completion/reading';
import { weightedTexts } from './weighted-texts';

const BEFORE = 'x = 1\n';

/** What is foreseen after `BEFORE` by an expert that knows how it goes on, and what that cost. */
async function node(weights: Readonly<Record<string, number>>, options: Partial<ContinuationOptions> = {}) {
  const all = Object.entries(weights).map(([text, weight]) => [BEFORE + text, weight]);
  const { expert, work } = weightedTexts(Object.fromEntries(all));
  const reading = await Reading.open(readingWith(expert, 'a.py'));
  const constraintHere = () => new Constraint(new Syntax().read(BEFORE), new KnownNames(null).at('a', BEFORE, 6));
  const cursor = await expandContinuations(reading, BEFORE, constraintHere, {
    floor: 0.1,
    severalLines: true,
    ...options,
  });
  return { cursor, reading, constraintHere, work };
}

/** Every continuation, up to its last character. */
function leaves(from: ContinuationNode): string[] {
  return from.next.length === 0 ? [textOf(pathTo(from))] : from.next.flatMap(leaves);
}

test('everything that is probable enough is foreseen, the likeliest first', async () => {
  const { cursor } = await node({ 'x = 2\n': 3, 'x += 4\n': 5, 'y = 3\n': 2, 'import os\n': 0.5 });
  const continuations = leaves(cursor).map((text) => text.slice(0, 6));
  assert.deepEqual(continuations, ['x += 4', 'x = 2\n', 'y = 3\n']);
  assert.equal(textOf(likeliestAfter(cursor)).slice(0, 6), 'x += 4');
  const [first] = cursor.next;
  assert.ok(Math.abs(first!.probability - 8 / 10.5) < 0.01, `${first!.probability}`);
});

test('the character with which a continuation is too improbable is its last', async () => {
  const { cursor } = await node({ 'x = 1\n': 3, 'x = 2\n': 4, 'x = 3\n': 3 }, { floor: 0.5 });
  assert.deepEqual(leaves(cursor), ['x = 2']);
});

test('before text to the right every way ends with the line', async () => {
  const { cursor } = await node({ 'x += 4\ny\n': 5, 'x = 2\ny\n': 3 }, { severalLines: false });
  assert.deepEqual(leaves(cursor), ['x += 4', 'x = 2']);
  assert.ok(likeliestAfter(cursor).at(-1)?.endsLine);
  const longer = await node({ 'x = 2\n': 5, 'x = 23\n': 4 }, { severalLines: false });
  assert.deepEqual([textOf(likeliestAfter(longer.cursor)), leaves(longer.cursor)], ['x = 2', ['x = 23']]);
});

test('the likeliest continuation costs nothing when it is typed, and the others not much', async () => {
  const { reading, work } = await node({ 'x = 12345\n': 6, 'x = 12354\n': 4 }, { severalLines: false });
  // Of the second one the symbol before it parts, and what follows.
  assert.equal(work.symbols, BEFORE.length + 'x = 12345'.length + '54'.length);
  await reading.read(`${BEFORE}x = 12345`);
  assert.equal(work.symbols, BEFORE.length + 'x = 12345'.length + '54'.length);
});

test('in a hurry all continuations end, or the likeliest alone is foreseen', async () => {
  const weights = { 'x = 12345\n': 6, 'x = 12354\n': 4 };
  const options = { severalLines: false, hurry: AbortSignal.abort() };
  assert.deepEqual(leaves((await node(weights, options)).cursor), ['']);
  const one = await node(weights, { ...options, ignoreHurryForFirst: true });
  assert.deepEqual(leaves(one.cursor), ['x = 12345', 'x = 1235']);
  assert.equal(one.work.symbols, BEFORE.length + 'x = 12345'.length);
});

test('what is shown goes on to the line end, and along other ways than the likeliest', async () => {
  const { cursor, reading, constraintHere } = await node({ 'x = 2\n': 3, 'x += 4567\n': 2 });
  const [, other] = cursor.next[0]!.next[0]!.next;
  assert.equal(textOf(pathTo(other!)), 'x +');
  const line = await toLineEnd(reading, BEFORE, constraintHere(), pathTo(other!));
  assert.equal(textOf(line), 'x += 4567');
  assert.equal(textOf(await toLineEnd(reading, BEFORE, constraintHere(), [])), 'x = 2');
});

test('where the likeliest was declined, what else is probable is shown', async () => {
  const before = 'x = ';
  const { expert } = weightedTexts({ [`${before}1234567890\n`]: 6, [`${before}1234567809\n`]: 4 });
  let now = 0;
  const completer = new Completer(expert, { now: () => (now += 1000) });
  const complete = (text: string) =>
    completer.complete({ uri: 'file:///a.py', text }, text.length, { suggestions: 'balanced' });
  const { text, probability } = await complete(before);
  assert.equal(text, '1234567890');
  assert.ok(Math.abs(probability - 0.6) < 0.01, `${probability}`);
  const other = await complete(`${before}1`);
  assert.equal(other.text, '234567809');
  assert.ok(other.probability > 0.95, `${other.probability}`);
});
