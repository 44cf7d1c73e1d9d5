import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { chooseEngine } from '../../src/engine/choose';
import { DeleteModels } from '../../src/protocol/messages';
import { fakeTfjs } from '../engine/fake-tfjs';
import { pythonProject, temporaryFolder } from '../training/project';
import { gone, trainerOf } from '../training/trainer-process';
import { Client, type ClientOptions, SMALL } from './client';
import { writeChain } from './synthetic-checkpoint';

/** A server on a small project, and where it keeps its runs. */
async function project(t: TestContext, changes: ClientOptions = {}) {
  const folder = pythonProject(t);
  const storage = temporaryFolder(t);
  const given: ClientOptions = { folders: [folder], options: { storage, trusted: true }, settings: SMALL, ...changes };
  return { folder, storage, given, client: await Client.start(t, given) };
}

test('trains with progress, completes meanwhile, stops, resumes, and is ready at the end', async (t) => {
  const { client } = await project(t);
  await client.execute('train');
  assert.equal(client.statuses.at(-1)?.kind, 'training');
  await client.until(() => client.training.some(({ kind }) => kind === 'checkpoint'));
  await client.until(() => client.statuses.some((status) => status.kind === 'training' && status.model !== null));
  await client.until(() => client.registrations.has('textDocument/inlineCompletion'));
  await client.open('file:///a.py', 'import');
  assert.ok(Array.isArray(await client.complete('file:///a.py', { line: 0, character: 6 })));
  assert.notEqual((await client.explain('file:///a.py', { line: 0, character: 6 })).droppedBy, 'no-model');
  await client.until(() => client.progress.some(({ value }) => value.kind === 'report'));
  await assert.rejects(client.execute('train'), { message: /already|running already/ });

  await client.execute('stop');
  const paused = await client.status('paused');
  assert.ok(paused.model !== null && paused.done > 0 && paused.done < 1, JSON.stringify(paused));
  assert.equal(client.training.at(-1)?.kind, 'finished');
  assert.deepEqual([client.progress[0]!.value.kind, client.progress.at(-1)?.value.kind], ['begin', 'end']);
  assert.ok(
    client.progress.some(({ value }) => /left, .* bits per character$/.test(value.message ?? '')),
    JSON.stringify(client.progress),
  );
  await assert.rejects(client.execute('stop'), { message: 'No training is running.' });

  client.settings = { ...SMALL, minutes: 0.001 };
  await assert.rejects(client.execute('resume'), { message: /complete/ });
  // A tenth of the time is not for steps.
  client.settings = { ...SMALL, minutes: paused.done * 60 * 1.2 + 0.05 };
  await client.execute('resume');
  const { model } = await client.status('ready');
  assert.ok((model.epoch ?? 0) > (paused.model.epoch ?? 0), JSON.stringify([model, paused]));
  const { events } = await client.history();
  assert.deepEqual([events[0]!.kind, events[1]!.kind, events.at(-1)?.kind], ['corpus', 'started', 'finished']);
});

test('the Cancel button of the progress stops the training', async (t) => {
  const { client } = await project(t);
  await client.execute('train');
  const { token } = client.progress[0]!;
  await client.connection.sendNotification('window/workDoneProgress/cancel', { token });
  await client.status('paused');
});

test('a killed trainer is told, and what it learnt can be resumed', async (t) => {
  const { client, storage } = await project(t);
  await client.execute('train');
  await client.until(() => client.training.some(({ kind }) => kind === 'checkpoint'));
  process.kill(trainerOf(join(storage, 'run')), 'SIGKILL');
  const { message, model } = await client.status('error');
  assert.match(message, /^The training process ended unexpectedly \(SIGKILL\); a resumed training [^.]*\.$/);
  assert.ok(model);
  assert.equal(client.training.at(-1)?.kind, 'failed');
  await client.execute('resume');
  assert.equal(client.statuses.at(-1)?.kind, 'training');
  const started = client.training.findLast((event) => event.kind === 'started');
  assert.ok(started && started.fromEpoch > 0);
});

test('a trainer that is killed after the training, while it tries suggestions out, is not missed', async (t) => {
  const { client, storage } = await project(t, { settings: { ...SMALL, minutes: 0.02 } });
  await client.execute('train');
  const info = () => JSON.parse(readFileSync(join(storage, 'run', 'run.json'), 'utf8'));
  const pid = trainerOf(join(storage, 'run'));
  while (info().finished === null) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  process.kill(pid, 'SIGKILL');
  await client.until(() => client.statuses.at(-1)?.kind !== 'training');
  assert.equal(client.statuses.at(-1)?.kind, 'ready');
  assert.deepEqual(client.training.at(-1), info().finished);
  assert.equal(info().request.memory, SMALL.memory);
  assert.ok(client.statuses.every(({ kind }) => kind !== 'error'));
});

test('a GPU that takes the trainer with it is left alone, and the training goes on', async (t) => {
  if (!hasNativeEngine()) {
    t.skip('the native engine is not built: npm run build:native');
    return;
  }
  const { client } = await project(t, {
    settings: { ...SMALL, engine: 'auto' },
    env: { UNDERSTUDY_TFJS: fakeTfjs(t, 'process.kill(process.pid, "SIGKILL")') },
  });
  await client.execute('train');
  await client.until(() => client.training.some(({ kind }) => kind === 'progress' || kind === 'failed'));
  const starts = client.training.filter((event) => event.kind === 'started');
  assert.deepEqual(
    starts.map(({ engine }) => engine),
    ['tfjs', 'native'],
  );
  const told =
    /^The training process ended while it used TensorFlow; the native engine goes on\. There was no checkpoint/;
  assert.match(starts[1]!.notice ?? '', told);
  assert.ok(client.log.some((line) => line.startsWith('The training process ended while it used TensorFlow')));
  assert.equal(client.statuses.at(-1)?.kind, 'training');
  assert.ok(client.statuses.every(({ kind }) => kind !== 'error'));
  await client.execute('stop');
});

test('a GPU that fails is replaced, which the log tells', async (t) => {
  if (!hasNativeEngine()) {
    t.skip('the native engine is not built: npm run build:native');
    return;
  }
  const { client } = await project(t, {
    settings: { ...SMALL, engine: 'auto' },
    env: { UNDERSTUDY_TFJS: fakeTfjs(t, 'throw new Error("OOM when allocating tensor")') },
  });
  await client.execute('train');
  await client.until(() => client.training.some(({ kind }) => kind === 'progress' || kind === 'failed'));
  assert.ok(
    client.log.includes(`${OUT_OF_MEMORY} There was no checkpoint yet, so the training starts over.`),
    client.log.join('\n'),
  );
  await client.execute('stop');
});

const OUT_OF_MEMORY = 'The tfjs engine failed (OOM when allocating tensor); the native engine goes on.';

function hasNativeEngine(): boolean {
  try {
    chooseEngine('native', 1);
    return true;
  } catch {
    return false;
  }
}

test('a second window cannot train what the first one trains', async (t) => {
  const { client, given } = await project(t);
  await client.execute('train');
  const second = await Client.start(t, given);
  for (const command of ['train', 'resume'] as const) {
    await assert.rejects(second.execute(command), {
      message: /is already being trained by process \d+; stop that one/,
    });
    await second.status('elsewhere');
  }
  await assert.rejects(second.connection.sendRequest(DeleteModels.method), { message: /already being trained/ });
  await client.execute('stop');
  await second.execute('resume');
});

test('a second window says that the first one trains, takes its checkpoints, and may go on when it has ended', async (t) => {
  const { client, given } = await project(t);
  const second = await Client.start(t, given);
  assert.equal((await second.history()).status.kind, 'no-model');
  await client.execute('train');
  await second.until(() => second.statuses.some((status) => status.kind === 'elsewhere' && status.model !== null));
  const third = await Client.start(t, given);
  await third.until(() => third.statuses.some((status) => status.kind === 'elsewhere' && status.model !== null));
  assert.deepEqual(
    third.statuses.filter(({ kind }) => kind === 'paused'),
    [],
    'it never looked like a training that was stopped',
  );
  assert.equal(client.statuses.at(-1)?.kind, 'training');
  await client.execute('stop');
  const { model } = await second.status('paused');
  assert.equal(model?.epoch, (await client.status('paused')).model?.epoch);
  await second.execute('resume');
  await client.status('elsewhere');
});

test('a training that comes to nothing costs no model', async (t) => {
  const empty = temporaryFolder(t);
  const { client, storage } = await project(t, { folders: [empty] });
  await writeChain(storage, 'print(x)', 7);
  await assert.rejects(client.execute('train'), { message: /^[^\n]+\.$/ });
  const { message, model } = await client.status('error');
  assert.match(message, /^[^\n]+\.$/);
  assert.equal(model?.epoch, 7);
  assert.ok(existsSync(join(storage, 'run', 'checkpoints', 'latest.safetensors')));
});

test('a new training replaces the old model at its first checkpoint', async (t) => {
  const { client, storage } = await project(t);
  await writeChain(storage, 'print(x)', 7);
  await client.execute('train');
  await client.until(() =>
    client.statuses.some((status) => status.kind === 'training' && (status.model?.epoch ?? 7) < 7),
  );
  await client.execute('stop');
  await client.status('paused');
  assert.ok(!existsSync(join(storage, 'previous-run')));
});

test('a server that dies ends the trainer, which saves; the next server goes on', async (t) => {
  const { client, storage, given } = await project(t);
  await client.execute('train');
  await client.until(() => client.training.some(({ kind }) => kind === 'checkpoint'));
  const trainer = trainerOf(join(storage, 'run'));
  client.process.kill('SIGKILL');
  await gone(trainer);
  const next = await Client.start(t, given);
  const { done, model } = await next.status('paused');
  assert.ok(done > 0 && model !== null, `${done} ${JSON.stringify(model)}`);
  await next.execute('resume');
});

test('deleting the models stops the training first', async (t) => {
  const { client, storage } = await project(t);
  await client.execute('train');
  assert.deepEqual(await client.connection.sendRequest(DeleteModels.method), { deleted: 1 });
  assert.equal((await client.history()).status.kind, 'no-model');
  assert.ok(!existsSync(join(storage, 'run')));
});

test('a client without progress and configuration trains by the defaults', async (t) => {
  const { settings: _, ...without } = (await project(t)).given;
  const client = await Client.start(t, { ...without, progress: false, dynamicRegistration: false });
  await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { understudy: SMALL } });
  await client.execute('train');
  const started = client.training.find((event) => event.kind === 'started');
  assert.deepEqual([started?.layers, started?.units, started?.preset], [1, 16, SMALL.preset]);
  await client.execute('stop');
});
