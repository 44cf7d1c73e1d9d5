import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver-protocol/node';
import { Activation, Inspect, LookBack } from '../../src/protocol/messages';
import { symbolOf } from '../../src/python/alphabet';
import { temporaryFolder } from '../training/project';
import { Client, SMALL } from './client';
import { writeChain } from './synthetic-checkpoint';

const CANCELLED = LSPErrorCodes.RequestCancelled;

test('a client looks into the network: it saw the text coming, and looked at the last character alone', async (t) => {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'print(x)');
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  const what = { text: 'print(y', epoch: null };
  const { epoch, layers, units, characters } = await client.ask(Inspect, what);
  assert.deepEqual({ epoch, layers, units }, { epoch: 1, layers: 1, units: 98 });
  assert.equal(characters.length, 7);
  assert.ok(characters[3]!.bits < 0.1, 'n was likely');
  const last = characters[6]!;
  assert.ok(last.bits > 10, 'y was not');
  assert.equal(last.alternatives[0]!.character, 'x');

  // A unit is on after its symbol.
  const activations = await client.ask(Activation, { ...what, layer: 0, unit: symbolOf('i'.charCodeAt(0)) });
  assert.deepEqual(
    activations.map((activation) => Math.round(activation)),
    [0, 0, 1, 0, 0, 0, 0],
  );
  const norms = await client.ask(LookBack, { ...what, at: 6 });
  assert.equal(norms.length, 6);
  assert.ok(norms[5]! >= Math.max(...norms));
});

test('a client that asks for too much is told so in a sentence', async (t) => {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'ab');
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  await assert.rejects(client.ask(Inspect, { text: 'x'.repeat(5000), epoch: null }), /at most 4,000 characters/);
  await assert.rejects(client.ask(Inspect, { text: 'x', epoch: 3 }), /weights of this epoch were not kept/);
});

test('a newer look-back ends the one before; so does a cancellation, and the next is answered', async (t) => {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'print(x)');
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  const what = { text: 'print(x)\n'.repeat(440), epoch: null };
  const first = assert.rejects(client.ask(LookBack, { ...what, at: 3900 }), {
    code: CANCELLED,
    message: /newer question/,
  });
  const second = client.ask(LookBack, { ...what, at: 3 });
  await first;
  assert.equal((await second).length, 3);

  const cancel = new CancellationTokenSource();
  const cancelled = client.connection.sendRequest(LookBack.method, { ...what, at: 3900 }, cancel.token);
  cancel.cancel();
  await assert.rejects(cancelled, { code: CANCELLED });
  assert.equal((await client.ask(LookBack, { ...what, at: 3 })).length, 3);
});
