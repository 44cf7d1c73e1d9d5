import * as assert from 'node:assert/strict';
import { commands } from 'vscode';
import { understudy, untilStatus } from './understudy';

describe('training', () => {
  it('trains on the workspace until a model is ready', async () => {
    const api = await understudy();
    await commands.executeCommand('understudy.train');
    await untilStatus(api, 'training');
    await untilStatus(api, 'ready');
  });

  it('learns: bits per character fall', async () => {
    const { events } = (await understudy()).story();
    const progress = events.filter((event) => event.kind === 'progress');
    assert.ok(progress.at(-1)!.trainBpc < 0.7 * progress[0]!.trainBpc, 'train bpc falls by a third');
  });

  it('shows samples of several epochs', async () => {
    const { events } = (await understudy()).story();
    const epochs = events.filter((event) => event.kind === 'sample').map(({ epoch }) => epoch);
    assert.ok(new Set(epochs).size >= 2, `samples at epochs ${epochs.join(', ')}`);
  });
});
