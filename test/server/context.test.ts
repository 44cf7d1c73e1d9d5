import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { MeasureContext, ReadContext, ReadRuns } from '../../src/protocol/messages';
import { train } from '../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from '../training/project';
import { Client, SMALL } from './client';

test('a client measures how far back a network sees, is told how far it is, and may stop it', async (t) => {
  const storage = temporaryFolder(t);
  const request = smallRequest(pythonProject(t, 30), join(storage, 'run'), { epochs: 0.1, holdout: 'every-10th' });
  await train(request, () => {}, new AbortController().signal);
  const client = await Client.start(t, { options: { storage, trusted: true }, settings: SMALL });
  await client.status('ready');
  const [run] = (await client.ask(ReadRuns)).runs;
  const network = { run: run!.id, epoch: run!.details!.checkpoints[0]! };

  const told = () => client.progress.filter(({ token }) => token === 'mine').map(({ value }) => Number(value));
  const stop = new CancellationTokenSource();
  const params = { ...network, partialResultToken: 'mine' };
  const stopped = client.connection.sendRequest(MeasureContext.method, params, stop.token);
  await client.until(() => told().length > 0);
  stop.cancel();
  assert.equal(await stopped, null);
  assert.ok(told().every((share) => share > 0 && share < 1));

  const measured = await client.ask(MeasureContext, params);
  assert.ok(measured !== null && measured.reaches.length > 0 && measured.isHeldOut);
  assert.equal(told().at(-1), 1);
  assert.deepEqual(await client.ask(ReadContext, network), measured);
  assert.equal(await client.ask(ReadContext, { ...network, epoch: 9 }), null);
  await assert.rejects(client.ask(MeasureContext, { ...network, epoch: 9 }), /weights of this epoch were not kept/);
});
