import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { version } from '../../package.json';
import { ServerCommand } from '../../src/protocol/messages';
import { Statistics } from '../../src/protocol/statistics';
import { pythonProject, temporaryFolder } from '../training/project';
import { trainerOf } from '../training/trainer-process';
import { Client, type ClientOptions, SMALL } from './client';
import { writeChain } from './synthetic-checkpoint';

const URI = 'file:///a.py';
const AT_END = { line: 0, character: 2 };

/** A client that asks for nothing beyond the standard protocol. */
async function editor(t: TestContext, changes: ClientOptions = {}) {
  const storage = temporaryFolder(t);
  const options = { storage, notifications: false, rangeFromLineStart: false };
  const given = { folders: [pythonProject(t)], options, settings: SMALL, ...changes };
  return { storage, given, start: () => Client.start(t, given) };
}

const said = (client: Client) => client.messages.map(({ message }) => message);

test('the server names its version, and its commands', async (t) => {
  const { start } = await editor(t);
  const { initialized } = await start();
  assert.deepEqual(initialized.serverInfo, { name: 'Understudy', version });
  assert.deepEqual(initialized.capabilities.executeCommandProvider?.commands, Object.values(ServerCommand));
});

test('an item is what is added at the cursor', async (t) => {
  const { storage, start } = await editor(t);
  await writeChain(storage, 'print(x)');
  const client = await start();
  await client.open(URI, 'pr');
  const items = await client.completeUntilShown(URI, AT_END);
  assert.deepEqual(items, [{ insertText: 'int(x)', range: { start: AT_END, end: AT_END } }]);
});

test('a workspace without a model is told once which command trains, by a message', async (t) => {
  const { start } = await editor(t);
  const client = await start();
  await client.until(() => client.messages.length > 0);
  assert.deepEqual(await client.execute('status'), { kind: 'no-model' });
  assert.equal(said(client).length, 1);
  assert.match(said(client)[0]!, /^[^\n]*run the command understudy\.server\.train\.$/);
});

test('the end of a training is told by a message, and nothing by notifications of our own', async (t) => {
  const { start } = await editor(t, { settings: { ...SMALL, minutes: 0.05 } });
  const client = await start();
  await client.execute('train');
  await client.until(() => client.messages.some(({ message }) => message.startsWith('The training has ended')));
  assert.match(
    said(client).at(-1) ?? '',
    /^The training has ended at \d\.\d\d bits per character\. Suggestions [^\n]*\.$/,
  );
  assert.deepEqual(await client.execute('status'), (await client.history()).status);
  assert.deepEqual([client.statuses, client.training], [[], []]);
});

test('a training that fails later on is told by a message; one that cannot begin by the answer alone', async (t) => {
  const { storage, start } = await editor(t);
  const client = await start();
  await client.execute('train');
  process.kill(trainerOf(join(storage, 'run')), 'SIGKILL');
  await client.until(() => client.messages.some(({ type }) => type === 1));
  assert.match(said(client).at(-1) ?? '', /^The training process ended unexpectedly [^\n]*\.$/);
  const empty = await Client.start(t, { ...(await editor(t, { folders: [temporaryFolder(t)] })).given });
  await assert.rejects(empty.execute('train'), { message: /no Python files/ });
  await empty.execute('status');
  assert.deepEqual(
    empty.messages.filter(({ type }) => type === 1),
    [],
  );
});

test('a client that wants notifications gets no messages beside them', async (t) => {
  const { given } = await editor(t, { settings: { ...SMALL, minutes: 0.05 } });
  const client = await Client.start(t, { ...given, options: { ...given.options, notifications: true } });
  await client.execute('train');
  await client.status('ready');
  assert.deepEqual(client.messages, []);
});

test('status, explanation, statistics and deletion are commands, whose arguments are checked', async (t) => {
  const { storage, start } = await editor(t);
  await writeChain(storage, 'print(x)');
  const client = await start();
  await client.open(URI, 'pr');
  await client.completeUntilShown(URI, AT_END);
  assert.deepEqual(await client.execute('explain', { uri: URI, position: AT_END }), await client.explain(URI, AT_END));
  assert.equal(v.parse(Statistics, await client.execute('statistics')).shown, 1);
  assert.equal(v.parse(Statistics, await client.execute('resetStatistics')).shown, 0);
  for (const wrong of [[], [null], [{ uri: URI }], [{ uri: URI, position: AT_END }, 7]]) {
    await assert.rejects(client.execute('explain', ...wrong), { code: -32602, message: /^[^\n]+\.$/ });
  }
  await assert.rejects(client.execute('deleteModels', 'all'), { code: -32602 });
  assert.deepEqual(await client.execute('deleteModels'), { deleted: 1 });
  assert.deepEqual(await client.execute('status'), { kind: 'no-model' });
});

const NO_PATHS = [
  'file:///tmp/100%.py',
  'file:///%E0%A4%A.py',
  'file:///caf%E9.py',
  'file://server/share/a.py',
  'file:///a%2Fb.py',
  'file:///a%00.py',
  'untitled:Untitled-1',
  'vscode-vfs://github/a/b.py',
  '',
  '%',
];

test('documents whose URIs name no file are completed and learnt like others', async (t) => {
  const { storage, given } = await editor(t, { settings: { ...SMALL, memory: true } });
  await writeChain(storage, 'print(x)');
  const client = await Client.start(t, { ...given, options: { ...given.options, notifications: true } });
  await client.until(() => client.statuses.some((status) => 'model' in status && status.model?.memory));
  const habit = 'telescopes = gather_telescopes("mount wilson", 17)\n';
  for (const uri of NO_PATHS) {
    await client.open(uri, habit.repeat(3));
  }
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: NO_PATHS.map((uri) => ({ uri: `${uri}?`, type: 2 })),
  });
  await client.open(URI, 'telescopes = ga');
  // Learnt soon; all documents before this one were, by then.
  for (let candidate = ''; !candidate.startsWith('ther_telescopes("mount wilson"'); ) {
    ({ candidate } = await client.explain(URI, { line: 0, character: 15 }));
  }
  for (const uri of NO_PATHS) {
    assert.ok((await client.explain(uri, { line: 0, character: 51 })).candidate !== '');
  }
  assert.deepEqual(
    client.log.filter((line) => /not have happened|could not/.test(line)),
    [],
  );
});

test('a folder that has no path is left out with one line, and the others are used', async (t) => {
  const { given } = await editor(t, { folderUris: ['file:///w/100%/proj', 'vscode-vfs://github/a'] });
  const client = await Client.start(t, given);
  await client.execute('train');
  await client.execute('stop');
  const left = client.log.filter((line) => line.includes('is left out'));
  assert.deepEqual(left, [
    'The folder file:///w/100%/proj is left out: it has no path on this machine.',
    'The folder vscode-vfs://github/a is left out: it has no path on this machine.',
  ]);
  const alone = await Client.start(t, { ...(await editor(t)).given, folders: [], folderUris: ['file:///w/100%/proj'] });
  await assert.rejects(alone.execute('train'), { message: /^Open a folder with Python files first/ });
});
