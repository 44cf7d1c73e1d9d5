import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commands, extensions, Selection, window, workspace } from 'vscode';
import { CONTINUATION, LEARNT, LONG, TYPED, UNFINISHED } from '../expectations';
import { acceptSuggestion, newestBpc, open, understudy, until, untilStatus } from './understudy';

/** Each builds on those before it. */
describe('in the extension host', () => {
  it('trains on the workspace until a model is ready', async () => {
    const api = await understudy();
    await commands.executeCommand('understudy.train');
    await untilStatus(api, 'training');
    await untilStatus(api, 'ready');
  });

  it('trains with the native engine where one was packed', async () => {
    const { extensionPath } = extensions.getExtension('understudy.understudy')!;
    const isPacked = existsSync(join(extensionPath, 'native', 'build', 'Release', 'understudy.node'));
    const started = (await understudy()).history().events.find((event) => event.kind === 'started');
    assert.equal(started?.engine, isPacked ? 'native' : 'reference');
  });

  it('shows samples of several epochs', async () => {
    const { events } = (await understudy()).history();
    const epochs = events.filter((event) => event.kind === 'sample').map(({ epoch }) => epoch);
    assert.ok(new Set(epochs).size >= 2, `samples at epochs ${epochs.join(', ')}`);
  });

  it('stops when enough is learnt', async () => {
    const api = await understudy();
    await workspace.getConfiguration('understudy').update('minutes', LONG);
    await commands.executeCommand('understudy.train');
    await until(() => newestBpc(api) < LEARNT);
    await commands.executeCommand('understudy.stop');
    await untilStatus(api, 'paused');
  });

  it('completes a line in the manner of the workspace', async () => {
    const editor = await open('bookshop/record.py');
    const { document } = editor;
    const end = document.positionAt(document.getText().length);
    await editor.edit((edit) => edit.insert(end, UNFINISHED + TYPED));
    const cursor = document.positionAt(document.getText().length);
    editor.selection = new Selection(cursor, cursor);
    await acceptSuggestion(editor);
    const { text } = document.lineAt(cursor.line);
    assert.ok(text.startsWith(`        return self.number == other.${CONTINUATION}`), text);
  });

  it('does what a step of the lesson offers in the open Python file, behind the lesson', async () => {
    await open('bookshop/record.py');
    await commands.executeCommand('workbench.action.openWalkthrough', 'understudy.understudy#lesson');
    await until(() => window.activeTextEditor === undefined);
    await commands.executeCommand('understudy.explain');
    await until(() => window.visibleTextEditors.some(({ document }) => document.uri.scheme === 'understudy'));
  });

  it('resumes where it stopped', async () => {
    const api = await understudy();
    const stopped = api.history().events.findLast((event) => event.kind === 'finished');
    await commands.executeCommand('understudy.resume');
    await until(() => api.history().events.at(-1)?.kind === 'progress');
    const started = api.history().events.findLast((event) => event.kind === 'started');
    assert.ok(stopped && started);
    assert.equal(started.fromEpoch, stopped.epoch);
    await commands.executeCommand('understudy.stop');
    await untilStatus(api, 'paused');
  });
});
