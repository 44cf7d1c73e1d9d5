import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { Explain, Generate, History } from '../../src/protocol/messages';
import { pythonProject, temporaryFolder } from '../training/project';
import { Client, type ClientOptions, ENTRY, SMALL } from './client';
import { writeChain } from './synthetic-checkpoint';

const URI = 'file:///a.py';
const AT_END = { line: 0, character: 2 };

/** A client of a server that has a model, not yet initialized. */
async function spawned(t: TestContext, changes: ClientOptions = {}) {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'print(x)');
  const given: ClientOptions = { options: { storage, trusted: true }, settings: SMALL, ...changes };
  const client = Client.spawn(t, given);
  return { client, given, storage, exit: once(client.process, 'exit') };
}

async function completes(client: Client): Promise<void> {
  await client.open(URI, 'pr');
  assert.equal((await client.completeUntilShown(URI, AT_END))[0]!.insertText, 'print(x)');
}

test('nothing is answered before "initialize", which is done once', async (t) => {
  const { client, given } = await spawned(t);
  await assert.rejects(client.connection.sendRequest(History.method), { code: -32002 });
  await assert.rejects(client.connection.sendRequest('shutdown'), { code: -32002 });
  await client.open(URI, 'too early');
  const wrong = { capabilities: {}, initializationOptions: { storage: 7 } };
  const problem = 'initialize: "initializationOptions.storage" has to be string, not 7.';
  await assert.rejects(client.connection.sendRequest('initialize', wrong), { code: -32602, message: problem });
  await client.initialize(given);
  const again = { ...wrong, initializationOptions: { storage: temporaryFolder(t) } };
  await assert.rejects(client.connection.sendRequest('initialize', again), { code: -32600 });
  await client.status('ready');
  await completes(client);
});

test('after "shutdown" nothing is answered, and no training begins', async (t) => {
  const folders = [pythonProject(t)];
  const { client, given, storage, exit } = await spawned(t, { folders });
  await client.initialize(given);
  await client.status('ready');
  await client.connection.sendRequest('shutdown');
  await assert.rejects(client.execute('train'), { code: -32600 });
  await assert.rejects(client.connection.sendRequest('shutdown'), { code: -32600 });
  await client.connection.sendNotification('exit');
  assert.deepEqual(await exit, [0, null]);
  assert.equal(existsSync(join(storage, 'run', 'run.json')), false);
});

test('a training that is asked for just before "shutdown" does not begin', async (t) => {
  const folders = [pythonProject(t)];
  const { client, given, storage, exit } = await spawned(t, { folders });
  await client.initialize(given);
  await client.status('ready');
  const refused = assert.rejects(client.execute('train'), { message: /shutting down/ });
  await client.connection.sendRequest('shutdown');
  await refused;
  await client.connection.sendNotification('exit');
  assert.deepEqual(await exit, [0, null]);
  assert.equal(existsSync(join(storage, 'run', 'run.json')), false);
});

for (const isInitialized of [false, true]) {
  test(`"exit" without "shutdown" is an error, ${isInitialized ? 'later' : 'at once'}`, async (t) => {
    const { client, given, exit } = await spawned(t);
    if (isInitialized) {
      await client.initialize(given);
    }
    await client.connection.sendNotification('exit');
    assert.deepEqual(await exit, [1, null]);
  });
}

const UNREADABLE = [
  'Content-Length: -5\r\n\r\n{}',
  'Content-Length: 999999999999\r\n\r\n{}',
  '{"jsonrpc":"2.0","id":1,"method":"initialize"}',
  'Content-Length: 50\r\n\r\n{}',
];

for (const input of UNREADABLE) {
  test(`what is no message ends the process with one line: ${JSON.stringify(input)}`, async (t) => {
    const child = spawn(process.execPath, ['--import', 'tsx', ENTRY, '--stdio'], { stdio: 'pipe' });
    t.after(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    child.stdin.on('error', () => {});
    if (input.startsWith('Content-Length: 50')) {
      child.stdin.end(input);
    } else {
      child.stdin.write(input);
    }
    assert.match(await text(child.stderr), /^understudy: [^\n]+\.\n$/);
    assert.deepEqual(await ended, [1, null]);
  });
}

test('a server that nobody speaks to says how it is started', async (t) => {
  const child = spawn(process.execPath, ['--import', 'tsx', ENTRY], { stdio: 'pipe' });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  assert.match(await text(child.stderr), /^understudy: [^\n]+--stdio[^\n]+\.\n$/);
  assert.deepEqual(await ended, [1, null]);
});

test('JSON that is none is told, and the server goes on', async (t) => {
  const { client, given } = await spawned(t);
  await client.initialize(given);
  const told = new Promise<unknown>((resolve) =>
    client.process.stdout!.on('data', (chunk) => {
      if (String(chunk).includes('-32700')) {
        resolve(true);
      }
    }),
  );
  client.process.stdin!.write('Content-Length: 5\r\n\r\n{{{{{');
  await told;
  await client.status('ready');
  await completes(client);
});

const SIGNALS = process.platform === 'win32' ? { skip: 'signals are not told there' } : {};

test('an error that nobody expected is told in the log with its stack, and the server goes on', SIGNALS, async (t) => {
  const stray = `let signals = 0;
    process.on('SIGUSR2', () => {
      if (signals++ > 0) throw new Error('stray exception');
      Promise.reject(new Error('stray rejection'));
    })`;
  const execArgv = ['--import', `data:text/javascript,${encodeURIComponent(stray)}`];
  const { client, given } = await spawned(t, { execArgv });
  await client.initialize(given);
  for (const message of ['stray rejection', 'stray exception']) {
    client.process.kill('SIGUSR2');
    await client.until(() => client.log.some((line) => line.includes(`Error: ${message}\n    at `)));
  }
  await client.status('ready');
  await completes(client);
});

test('a client that registers nothing and tells no folders gets suggestions all the same', async (t) => {
  const { client, given } = await spawned(t);
  for (const request of ['client/registerCapability', 'workspace/configuration', 'window/workDoneProgress/create']) {
    client.connection.onRequest(request, () => {
      throw new Error('not here');
    });
  }
  await client.initialize(given);
  await client.status('ready');
  await completes(client);
});

test('a document of more than 2,000,000 characters gets no suggestions, and is told why', async (t) => {
  const { client, given } = await spawned(t);
  await client.initialize(given);
  await client.status('ready');
  await client.open(URI, `${'x = 1\n'.repeat(333_334)}pr`);
  const position = { line: 333_334, character: 2 };
  assert.deepEqual(await client.complete(URI, position), []);
  const { droppedBy, reason } = await client.explain(URI, position);
  assert.equal(droppedBy, 'too-long');
  assert.match(reason ?? '', /2,000,000 characters/);
  const sample = { uri: URI, position, length: 5, temperature: 1 };
  await assert.rejects(client.connection.sendRequest(Generate.method, sample), { message: /2,000,000 characters/ });
  const [start, end] = [
    { line: 0, character: 0 },
    { line: 1, character: 0 },
  ];
  await client.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: URI, version: 2 },
    contentChanges: [{ range: { start, end }, text: '' }],
  });
  assert.equal(
    (
      await client.connection.sendRequest<{ text: string }>(Explain.method, {
        uri: URI,
        position: { line: 333_333, character: 2 },
      })
    ).text,
    'int(x)',
  );
});
