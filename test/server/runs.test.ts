import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  DeleteModels,
  DeleteRun,
  ExportRun,
  ReadRuns,
  ReadTrainingFiles,
  RenameRun,
} from '../../src/protocol/messages';
import { train } from '../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from '../training/project';
import { Client, SMALL } from './client';

const NEVER = new AbortController().signal;

test('trainings of a workspace are listed, named, set aside and deleted over the wire', async (t) => {
  const [folder, storage] = [pythonProject(t), temporaryFolder(t)];
  await train(smallRequest(folder, join(storage, 'run'), { units: 16 }), () => {}, NEVER);
  const client = await Client.start(t, { folders: [folder], options: { storage, trusted: true }, settings: SMALL });
  await client.status('ready');
  const { runs } = await client.ask(ReadRuns);
  const [first, ...others] = runs;
  assert.deepEqual([first?.isCurrent, first?.details?.units, others], [true, 16, []]);
  await client.ask(RenameRun, { id: first!.id, name: 'the first one' });

  // It is better than what a training of a few steps learns, so it goes on completing.
  await client.execute('train');
  await client.until(() => client.training.some(({ kind }) => kind === 'checkpoint'));
  const { runs: two } = await client.ask(ReadRuns);
  assert.deepEqual(
    two.map(({ id, name, isCurrent }) => (isCurrent ? 'current' : { id, name })),
    ['current', { id: first!.id, name: 'the first one' }],
  );
  await assert.rejects(client.ask(DeleteRun, { id: two[0]!.id }), { message: /is already being trained by process/ });
  await assert.rejects(client.ask(DeleteRun, { id: '../run' }), { message: /^There is no such training any more/ });
  await client.execute('stop');
  await client.status('paused');

  await client.ask(DeleteRun, { id: two[0]!.id });
  await client.status('ready');
  assert.deepEqual(
    (await client.ask(ReadRuns)).runs.map(({ id, isCurrent }) => ({ id, isCurrent })),
    [{ id: first!.id, isCurrent: true }],
  );
  await client.ask(DeleteRun, { id: first!.id });
  assert.deepEqual((await client.ask(ReadRuns)).runs, []);
  await client.status('no-model');
});

test('a client reads the files of the current training; of one that kept no list it hears so', async (t) => {
  const storage = temporaryFolder(t);
  const run = join(storage, 'run');
  await train(smallRequest(pythonProject(t), run, { epochs: 0.1 }), () => {}, NEVER);
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  const files = await client.ask(ReadTrainingFiles);
  assert.deepEqual([files?.listed.length, files?.unlisted.files], [12, 0]);
  writeFileSync(join(run, 'files.json'), '{"listed": 12}');
  assert.equal(await client.ask(ReadTrainingFiles), null);
  rmSync(join(run, 'files.json'));
  assert.equal(await client.ask(ReadTrainingFiles), null);
});

test('deleting all models deletes the earlier trainings too', async (t) => {
  const storage = temporaryFolder(t);
  const earlier = join(storage, 'runs', '2026-11-01');
  await train(smallRequest(pythonProject(t), earlier, { epochs: 0.1 }), () => {}, NEVER);
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  assert.equal((await client.ask(ReadRuns)).runs.length, 1);
  assert.deepEqual(await client.ask(DeleteModels), { deleted: 1 });
  assert.ok(!existsSync(join(storage, 'runs')));
  assert.deepEqual((await client.ask(ReadRuns)).runs, []);
});

test('a training is exported by its id to a folder that is new or empty', async (t) => {
  const [storage, place] = [temporaryFolder(t), temporaryFolder(t)];
  await train(smallRequest(pythonProject(t), join(storage, 'run')), () => {}, NEVER);
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  const [run] = (await client.ask(ReadRuns)).runs;
  const folder = join(place, 'export');
  const { files, epoch, notice } = await client.ask(ExportRun, { id: run!.id, folder, epoch: 0.1 });
  assert.deepEqual(readdirSync(folder).sort(), [...files].sort());
  assert.ok(Math.abs(epoch! - 0.1) < 0.03 && /memorise/.test(notice));
  for (const [wrong, sentence] of [
    [{}, /is not empty: name a new one, or an empty one\.$/],
    [{ folder: 'here' }, /^"here" is no absolute path: name the whole path of the folder\.$/],
    [{ folder: join(place, 'other'), id: '..' }, /^There is no such training any more/],
  ] as const) {
    const params = { id: run!.id, folder, epoch: null, ...wrong };
    await assert.rejects(client.ask(ExportRun, params), { message: sentence });
  }
});
