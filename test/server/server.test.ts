import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as v from 'valibot';
import {
  DeleteModels,
  Generate,
  ReadStatistics,
  ResetStatistics,
  StatisticsChanged,
  Trusted,
} from '../../src/protocol/messages';
import { Status } from '../../src/protocol/model-status';
import { Statistics } from '../../src/protocol/statistics';
import { temporaryFolder } from '../training/project';
import { Client, SMALL } from './client';
import { writeChain } from './synthetic-checkpoint';

const URI = 'file:///a.py';
const AT_END = { line: 0, character: 2 };
const SHOWN = [{ insertText: 'print(x)', range: { start: { line: 0, character: 0 }, end: AT_END } }];

for (const transport of ['stdio', 'ipc'] as const) {
  test(`completes over ${transport} from the model that an earlier session left`, async (t) => {
    const storage = temporaryFolder(t);
    await writeChain(storage, 'print(x)');
    const client = await Client.start(t, { transport, options: { storage, trusted: true }, settings: SMALL });
    assert.deepEqual((await client.status('ready')).model, { epoch: 1, bpc: 1.5, memory: false });
    await client.open(URI, 'p');
    await client.insert(URI, { line: 0, character: 1 }, 'r');
    assert.deepEqual(await client.completeUntilShown(URI, AT_END), SHOWN);
  });
}

test('the provider is registered while there is a model, and only then', async (t) => {
  const storage = temporaryFolder(t);
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  const isRegistered = () => client.registrations.has('textDocument/inlineCompletion');
  assert.equal(client.initialized.capabilities.inlineCompletionProvider, undefined);
  assert.equal((await client.history()).status.kind, 'no-model');
  assert.equal(isRegistered(), false);
  await writeChain(storage, 'print(x)');
  await client.connection.sendNotification(Trusted.method);
  await client.until(isRegistered);
  assert.deepEqual(await client.connection.sendRequest(DeleteModels.method), { deleted: 1 });
  await client.until(() => !isRegistered());
  assert.deepEqual(readdirSync(storage), []);
});

test('a client that cannot register later has the provider from the start, with nothing to show', async (t) => {
  const storage = temporaryFolder(t);
  const client = await Client.start(t, { options: { storage }, settings: SMALL, dynamicRegistration: false });
  assert.equal(client.initialized.capabilities.inlineCompletionProvider, true);
  await client.open(URI, 'pr');
  assert.deepEqual(await client.complete(URI, AT_END), []);
});

test('documents that are closed get nothing, opened again they do', async (t) => {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'print(x)');
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  await client.status('ready');
  await client.open(URI, 'pr');
  await client.close(URI);
  assert.deepEqual(await client.complete(URI, AT_END), []);
  await client.open(URI, 'pr');
  assert.deepEqual(await client.completeUntilShown(URI, AT_END), SHOWN);
});

test('a new checkpoint takes over; one that cannot be read is told, and the model before goes on', async (t) => {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'print(x)');
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  await client.status('ready');
  await client.open(URI, 'pr');
  assert.deepEqual(await client.completeUntilShown(URI, AT_END), SHOWN);

  const path = await writeChain(storage, 'products', 2);
  await client.connection.sendNotification(Trusted.method);
  await client.until(() => client.statuses.some((status) => status.kind === 'ready' && status.model.epoch === 2));
  assert.equal((await client.completeUntilShown(URI, AT_END))[0]!.insertText, 'products');

  writeFileSync(path, readFileSync(path).subarray(0, 1000));
  await client.connection.sendNotification(Trusted.method);
  const { message, model } = await client.status('error');
  assert.match(message, /^The [^\n]*checkpoint[^\n]*\.$/);
  assert.equal(model?.epoch, 2);
  assert.equal((await client.completeUntilShown(URI, AT_END))[0]!.insertText, 'products');
});

test('explains why nothing is shown', async (t) => {
  const storage = temporaryFolder(t);
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  await client.open(URI, 'pr');
  assert.equal((await client.explain(URI, AT_END)).droppedBy, 'no-model');
  await writeChain(storage, 'print(x)');
  await client.connection.sendNotification(Trusted.method);
  await client.status('ready');
  assert.equal((await client.explain(URI, AT_END)).text, 'int(x)');
  assert.equal((await client.explain(URI, { line: 0, character: 0 })).droppedBy, 'mid-line');
  client.settings = { ...SMALL, enable: false };
  await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  assert.equal((await client.explain(URI, AT_END)).droppedBy, 'off');
  assert.deepEqual(await client.complete(URI, AT_END), []);
  await assert.rejects(client.explain('file:///closed.py', AT_END), { message: /^Open the Python file first/ });
});

test('generates a sample where the cursor is', async (t) => {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'abcdefgh');
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  await client.status('ready');
  await client.open(URI, 'x\r\nab');
  const params = { uri: URI, position: { line: 1, character: 2 }, length: 6, temperature: 0.1 };
  assert.deepEqual(await client.connection.sendRequest(Generate.method, params), { text: 'cdefgh' });
  const refused = client.connection.sendRequest(Generate.method, { ...params, length: 1e9 });
  await assert.rejects(refused, { message: 'A sample has 1 to 10000 characters.' });
});

test('without settings and options the defaults hold, and runs are kept in the user data folder', async (t) => {
  const home = temporaryFolder(t);
  const env = { XDG_DATA_HOME: home, HOME: home, LOCALAPPDATA: home };
  const folders = [temporaryFolder(t)];
  const client = await Client.start(t, { folders, env, options: null, dynamicRegistration: false, progress: false });
  await assert.rejects(client.execute('train'), { message: /no Python files|nothing to learn/i });
  assert.equal(v.parse(Status, await client.execute('status')).kind, 'error');
  assert.ok(existsSync(home));
  assert.ok(!existsSync(join(folders[0]!, 'run')));
});

test('garbage is refused, and the server goes on', async (t) => {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'print(x)');
  const client = await Client.start(t, {
    options: { storage, trusted: true },
    settings: { suggestions: 'loud', threads: 'many', minutes: null, ...SMALL, exclude: 7 },
  });
  await client.status('ready');
  await assert.rejects(client.connection.sendRequest('understudy/explain', { uri: 7 }), { code: -32602 });
  await assert.rejects(client.connection.sendRequest('understudy/generate', null), { code: -32602 });
  await assert.rejects(client.connection.sendRequest('workspace/executeCommand', { command: 'rm -rf' }), {
    message: 'Understudy has no command "rm -rf".',
  });
  await assert.rejects(client.connection.sendRequest('textDocument/nonsense', {}), { code: -32601 });
  client.process.stdin?.write('Content-Length: 5\r\n\r\n{{{{{');
  await client.open(URI, 'pr');
  await assert.rejects(client.connection.sendRequest('textDocument/inlineCompletion', { textDocument: { uri: URI } }));
  assert.deepEqual(await client.completeUntilShown(URI, AT_END), SHOWN);
});

test('in a workspace that is not trusted nothing is trained and no model is loaded, until it is', async (t) => {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'print(x)');
  const folder = temporaryFolder(t);
  const client = await Client.start(t, { folders: [folder], options: { storage, trusted: false }, settings: SMALL });
  await client.open(URI, 'pr');
  await assert.rejects(client.execute('train'), { message: /not trusted: trust it first\.$/ });
  assert.deepEqual(await client.complete(URI, AT_END), []);
  assert.equal((await client.explain(URI, AT_END)).droppedBy, 'restricted');
  await client.connection.sendNotification(Trusted.method);
  await client.status('ready');
  assert.deepEqual(await client.completeUntilShown(URI, AT_END), SHOWN);
});

test('the server ends with its client', async (t) => {
  for (const transport of ['stdio', 'ipc'] as const) {
    const client = await Client.start(t, { transport, options: { storage: temporaryFolder(t) }, settings: SMALL });
    const ended = new Promise((resolve) => client.process.on('exit', resolve));
    if (transport === 'stdio') {
      client.process.stdin?.end();
    } else {
      client.process.disconnect();
    }
    await ended;
  }
});

test('shutdown and exit end the server without an error', async (t) => {
  const client = await Client.start(t, { options: { storage: temporaryFolder(t) }, settings: SMALL });
  const ended = new Promise((resolve) => client.process.on('exit', resolve));
  await client.connection.sendRequest('shutdown');
  await client.connection.sendNotification('exit');
  assert.equal(await ended, 0);
});

test('statistics count what is shown and taken over, until they are reset', async (t) => {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'print(x)');
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  await client.status('ready');
  const told = new Promise<unknown>((notify) => {
    client.connection.onNotification(StatisticsChanged.method, (statistics) => {
      if (statistics.accepted === 1) {
        notify(statistics);
      }
    });
  });
  await client.open(URI, 'pr');
  assert.deepEqual(await client.completeUntilShown(URI, AT_END), SHOWN);
  await client.insert(URI, AT_END, 'int(x)');
  const { shown, accepted, characters, latency } = v.parse(
    Statistics,
    await client.connection.sendRequest(ReadStatistics.method),
  );
  assert.deepEqual([shown, accepted, characters], [1, 1, 6]);
  assert.ok(latency !== null);
  assert.equal(v.parse(Statistics, await told).characters, 6);
  const empty = v.parse(Statistics, await client.connection.sendRequest(ResetStatistics.method));
  assert.equal(empty.shown, 0);
  await client.connection.sendRequest('shutdown');
  assert.ok(existsSync(join(storage, 'statistics.json')));
});
