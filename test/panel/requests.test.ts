import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { Requests } from '../../src/panel/requests';
import type { FromPanel } from '../../src/protocol/panel';
import { type RequestKind, request } from '../../src/protocol/request-kind';

const Length = request('length', v.string(), v.number());
const Spell: RequestKind<string, number, string> = { ...Length, method: 'spell', part: v.string() };

function withRequests(): { requests: Requests; sent: FromPanel[] } {
  const sent: FromPanel[] = [];
  return { requests: new Requests((message) => sent.push(message)), sent };
}

test('each answer reaches who asked, in whatever order they come', async () => {
  const { requests, sent } = withRequests();
  const [one, two] = [requests.ask(Length, 'a', {}), requests.ask(Length, 'bb', {})];
  assert.deepEqual(sent, [
    { kind: 'request', id: 1, method: 'length', params: 'a' },
    { kind: 'request', id: 2, method: 'length', params: 'bb' },
  ]);
  requests.take({ kind: 'response', id: 2, result: 2 });
  requests.take({ kind: 'response', id: 1, result: 1 });
  assert.deepEqual(await Promise.all([one, two]), [1, 2]);
});

test('a refusal is an error with its sentence, and so is an answer that is none', async () => {
  const { requests } = withRequests();
  const [refused, wrong] = [requests.ask(Length, 'a', {}), requests.ask(Length, 'a', {})];
  requests.take({ kind: 'refusal', id: 1, reason: 'There is no model.' });
  requests.take({ kind: 'response', id: 2, result: 'many' });
  await assert.rejects(refused, /^Error: There is no model\.$/);
  await assert.rejects(wrong, /Expected number/);
});

test('parts come before the answer, and stopping is told while there is none', async () => {
  const { requests, sent } = withRequests();
  const parts: string[] = [];
  const abort = new AbortController();
  const answer = requests.ask(Spell, 'ab', { signal: abort.signal, onPart: (part) => parts.push(part) });
  requests.take({ kind: 'part', id: 1, part: 'a' });
  abort.abort();
  assert.deepEqual(sent.at(-1), { kind: 'cancel', id: 1 });
  requests.take({ kind: 'response', id: 1, result: 1 });
  requests.take({ kind: 'part', id: 1, part: 'late' });
  assert.equal(await answer, 1);
  assert.deepEqual(parts, ['a']);
});
