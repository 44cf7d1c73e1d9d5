import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { UserError } from '../../../src/protocol/user-error';
import { WorkspaceReader } from '../../../src/reader/workspace-reader';
import { WorkspaceNames } from '../../../src/server/services/workspace-names';
import { temporaryFolder } from '../../training/project';
import { Client, SMALL } from '../client';
import { writeChain } from '../synthetic-checkpoint';

function workspace(t: TestContext, folders?: () => Promise<string[]>) {
  const folder = temporaryFolder(t);
  const log: string[] = [];
  const reader = new WorkspaceReader({
    folders: folders ?? (async () => [folder]),
    excludes: async () => ['left_out.py'],
    log: (line) => log.push(line),
  });
  const names = new WorkspaceNames({ reader, log: (line) => log.push(line) });
  const knows = (name: string) => names.known.at('file:///open.py', '', 0).has(name);
  return { folder, log, names, knows };
}

test('the names of the workspace are those in its files, as often as it is read', async (t) => {
  const { folder, names, knows } = workspace(t);
  writeFileSync(join(folder, 'a.py'), 'frobnicate = 1\n');
  writeFileSync(join(folder, 'left_out.py'), 'gadget = 1\n');
  assert.ok(knows('anything'), 'before the first reading');
  await Promise.all([names.refresh(), names.refresh()]);
  assert.deepEqual([knows('frobnicate'), knows('gadget')], [true, false]);
  writeFileSync(join(folder, 'b.py'), 'gadget = 1\n');
  await names.refresh();
  assert.deepEqual([knows('frobnicate'), knows('gadget')], [true, true]);
});

test('without a folder no name is unknown', async (t) => {
  const { names, knows, log } = workspace(t, async () => {
    throw new UserError('Open a folder first.');
  });
  await names.refresh();
  assert.ok(knows('anything'));
  assert.deepEqual(log, []);
});

test('the server drops a suggestion with a name that stands nowhere in the workspace', async (t) => {
  const [folder, storage] = [temporaryFolder(t), temporaryFolder(t)];
  writeFileSync(join(folder, 'a.py'), 'known = 1\n');
  await writeChain(storage, '(quxyz');
  const client = await Client.start(t, { folders: [folder], options: { storage, trusted: true }, settings: SMALL });
  await client.status('ready');
  await client.open('file:///open.py', 'print(');
  // The names are read while the model completes already.
  let explanation = await client.explain('file:///open.py', { line: 0, character: 6 });
  while (explanation.shown) {
    explanation = await client.explain('file:///open.py', { line: 0, character: 6 });
  }
  assert.equal(explanation.droppedBy, 'unknown-name');
});

test('a reading that is closed leaves the names as they were, and no complaint', async (t) => {
  const { folder, names, knows, log } = workspace(t);
  writeFileSync(join(folder, 'a.py'), 'frobnicate = 1\n');
  const reading = names.refresh();
  names.close();
  await reading;
  assert.ok(knows('anything'));
  assert.deepEqual(log, []);
});
