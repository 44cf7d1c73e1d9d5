import * as assert from 'node:assert/strict';
import { commands } from 'vscode';
import { understudy, until, untilStatus } from './understudy';

describe('stopping', () => {
  it('stops a training where it stands', async () => {
    const api = await understudy();
    await commands.executeCommand('understudy.train');
    await until(() => api.story().events.some((event) => event.kind === 'progress') || undefined);
    await commands.executeCommand('understudy.stop');
    await untilStatus(api, 'paused');
  });

  it('resumes it from there', async () => {
    const api = await understudy();
    const stopped = await until(() => api.story().events.findLast((event) => event.kind === 'finished'));
    assert.equal(stopped.reason, 'stopped');
    await commands.executeCommand('understudy.resume');
    await untilStatus(api, 'ready');
    const started = api.story().events.findLast((event) => event.kind === 'started');
    assert.equal(started?.fromEpoch, stopped.epoch);
  });
});
