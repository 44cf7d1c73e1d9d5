import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { GenerateText, ReadStatistics, SuggestFrom } from '../../src/protocol/messages';
import { train } from '../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from '../training/project';
import { Client, SMALL } from './client';
import { writeChain } from './synthetic-checkpoint';

const URI = 'file:///a.py';
const NEWEST = 'print(x)';
const EARLIER = 'sum(y)';

/** A run whose newest network writes one text, and whose network of epoch 0.5 another. */
async function twoEpochs(t: TestContext): Promise<Client> {
  const storage = temporaryFolder(t);
  const folder = pythonProject(t);
  const request = smallRequest(folder, join(storage, 'run'), { epochs: 0.2 });
  await train(request, () => {}, new AbortController().signal);
  const earlier = await writeChain(storage, EARLIER, 0.5);
  cpSync(earlier, join(earlier, '..', 'epoch-0.5.safetensors'));
  await writeChain(storage, NEWEST, 2);
  const client = await Client.start(t, {
    folders: [folder],
    options: { storage, trusted: true },
    settings: SMALL,
  });
  await client.status('ready');
  return client;
}

const WANTED = { prompt: 'p', length: 7, sampling: { temperature: 0 }, seed: 1 };

test('a text is told in parts, by the network that is asked for', async (t) => {
  const client = await twoEpochs(t);
  const newest = await client.ask(GenerateText, { epoch: null, ...WANTED });
  assert.deepEqual(newest, { epoch: 2, text: 'rint(x)' });
  const wanted = { epoch: 0.5, ...WANTED, prompt: 's', length: 5, partialResultToken: 'mine' };
  assert.deepEqual(await client.ask(GenerateText, wanted), { epoch: 0.5, text: 'um(y)' });
  const parts = client.progress.filter(({ token }) => token === 'mine').map(({ value }) => value);
  assert.equal(parts.join(''), 'um(y)');
});

test('suggestions come from a chosen epoch, which counts for itself, until the newest is wanted again', async (t) => {
  const client = await twoEpochs(t);
  await client.open(URI, 'su');
  assert.deepEqual(await client.ask(SuggestFrom, { epoch: 0.5 }), { epoch: 0.5 });
  const { model } = await client.status('ready');
  assert.deepEqual(model, { epoch: 0.5, bpc: 1.5, memory: false, isChosen: true });
  const [item] = await client.completeUntilShown(URI, { line: 0, character: 2 });
  assert.equal(item?.insertText, 'sum(y)');
  const { byEpoch } = await client.ask(ReadStatistics);
  assert.deepEqual(byEpoch, [{ epoch: 0.5, shown: 1, accepted: 0, characters: 0 }]);

  await client.ask(SuggestFrom, { epoch: null });
  assert.deepEqual((await client.status('ready')).model, { epoch: 2, bpc: 1.5, memory: false });
  await assert.rejects(client.ask(SuggestFrom, { epoch: 3 }), /weights of this epoch were not kept/);
});

test('a new training ends the choice', async (t) => {
  const client = await twoEpochs(t);
  await client.ask(SuggestFrom, { epoch: 0.5 });
  await client.open(URI, 'su');
  await client.completeUntilShown(URI, { line: 0, character: 2 });
  const isChosen = () => {
    const status = client.statuses.at(-1);
    return status !== undefined && 'model' in status && status.model?.isChosen === true;
  };
  assert.ok(isChosen());
  await client.execute('train');
  await client.until(() => client.training.some(({ kind }) => kind === 'started') && !isChosen());
  assert.deepEqual((await client.ask(ReadStatistics)).byEpoch, []);
  await client.execute('stop');
});
