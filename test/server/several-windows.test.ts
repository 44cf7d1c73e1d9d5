import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DeleteModels } from '../../src/protocol/messages';
import { pythonProject, temporaryFolder } from '../training/project';
import { Client, type ClientOptions, SMALL } from './client';
import { writeChain } from './synthetic-checkpoint';

/** Several windows on one workspace, which has a model: each with a server process of its own, as editors have. */
async function windows(t: TestContext, count: number) {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'print(x)', 7);
  const given: ClientOptions = {
    folders: [pythonProject(t)],
    options: { storage, trusted: true },
    settings: SMALL,
  };
  const clients = await Promise.all(Array.from({ length: count }, () => Client.start(t, given)));
  await Promise.all(clients.map((client) => client.until(() => epochOf(client) === 7)));
  return { storage, clients };
}

/** Of the model that completes in a window. */
function epochOf(client: Client): number | null | undefined {
  const status = client.statuses.at(-1);
  return status && 'model' in status ? status.model?.epoch : undefined;
}

test('models that five windows delete twice each, all at once, are deleted; none fails or goes on using them', async (t) => {
  const { storage, clients } = await windows(t, 5);
  const requests = [...clients, ...clients].map((client) => client.connection.sendRequest(DeleteModels.method));
  const deleted = (await Promise.all(requests)).map((result) => (result as { deleted: number }).deleted);
  assert.equal(
    deleted.reduce((sum, count) => sum + count, 0),
    1,
  );
  for (const client of clients) {
    assert.equal((await client.status('no-model')).kind, 'no-model');
  }
  assert.deepEqual(readdirSync(storage), []);
});

test('a window notices that the model it completes from was deleted in another one, or is another', async (t) => {
  const { storage, clients } = await windows(t, 2);
  const [one, other] = clients;
  await writeChain(storage, 'print(y)', 8);
  await Promise.all(clients.map((client) => client.until(() => epochOf(client) === 8)));
  await other!.open('file:///a.py', 'prin');
  await other!.completeUntilShown('file:///a.py', { line: 0, character: 4 });
  assert.deepEqual(await one!.connection.sendRequest(DeleteModels.method), { deleted: 1 });
  await other!.status('no-model');
  assert.deepEqual(await other!.complete('file:///a.py', { line: 0, character: 4 }), []);
  assert.equal((await other!.explain('file:///a.py', { line: 0, character: 4 })).droppedBy, 'no-model');
});

test('of windows that train at once exactly one does, the others say so, and the model before is not lost', async (t) => {
  const { storage, clients } = await windows(t, 3);
  const outcomes = await Promise.allSettled(clients.map((client) => client.execute('train')));
  const trained = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [clients[i]] : []));
  assert.equal(trained.length, 1);
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') {
      continue;
    }
    assert.match(outcome.reason.message, /^[^\n]*run is already being trained by process \d+; stop that one first\.$/);
  }
  for (const client of clients) {
    if (client !== trained[0]) {
      await client.status('elsewhere');
    }
  }
  assert.ok(
    existsSync(join(storage, 'previous-run')) || trained[0]!.training.some(({ kind }) => kind === 'checkpoint'),
    'it completes until there is a checkpoint',
  );
  await trained[0]!.execute('stop');
  for (const client of clients) {
    assert.notEqual((await client.status('paused')).model, null);
  }
});
