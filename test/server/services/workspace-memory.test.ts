import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Memory } from '../../../src/memory/memory';
import { encode } from '../../../src/python/alphabet';
import { DEFAULTS } from '../../../src/server/services/settings';
import {
  type OpenDocument,
  WorkspaceMemory,
  type WorkspaceMemorySetup,
} from '../../../src/server/services/workspace-memory';
import { temporaryFolder } from '../../training/project';
import { Client, SMALL } from '../client';
import { readerOf } from '../reader';
import { writeChain } from '../synthetic-checkpoint';

const HABIT = '        return self.repository.find_by_identifier(identifier, include_deleted=False)\n';

const service = (name: string) => `"""Service for ${name}s."""

class ${name.toUpperCase()}Service:
    def __init__(self, repository):
        self.repository = repository

    def find_${name}(self, identifier):
${HABIT}
    def count_${name}s(self):
        return len(self.repository.all_of_kind("${name}"))
`;

const NAMES = ['author', 'book', 'customer', 'delivery', 'invoice', 'order', 'payment', 'review', 'shelf', 'supplier'];

function services(t: TestContext): string {
  const folder = temporaryFolder(t);
  for (const name of NAMES) {
    writeFileSync(join(folder, `${name}.py`), service(name));
  }
  return folder;
}

function workspaceMemory(
  folders: string | readonly string[],
  settings = { ...DEFAULTS },
  reader?: WorkspaceMemorySetup['reader'],
) {
  const changes: (Memory | null)[] = [];
  const log: string[] = [];
  const roots = typeof folders === 'string' ? [folders] : folders;
  const open: OpenDocument[] = [];
  const memory: WorkspaceMemory = new WorkspaceMemory({
    folders: async () => roots,
    reader: reader ?? readerOf(roots, { log }),
    settings: async () => settings,
    openDocuments: () => open,
    withNetwork: (work) => work(null),
    onChange: async () => void changes.push(memory.current),
    log: (line) => log.push(line),
  });
  return { memory, changes, log, settings, open };
}

/** Bits that a line costs in a new file of the workspace. */
function costOf(memory: Memory | null, line: string): number {
  return memory!
    .open('new.py')
    .costs(encode(line))
    .reduce((sum, bits) => sum + bits, 0);
}

test('the memory knows the files of the workspace, and can be dropped and switched off', async (t) => {
  const { memory, changes, log, settings } = workspaceMemory(services(t));
  assert.equal(memory.current, null);
  await memory.build();
  assert.deepEqual(changes, [memory.current]);
  const nonsense = HABIT.split('').reverse().join('');
  assert.ok(costOf(memory.current, HABIT) < costOf(memory.current, nonsense) / 4);
  assert.match(log[0]!, /^The memory is being built from 10 files/);
  assert.match(log[1]!, /^The memory holds 10 files/);
  await memory.drop();
  assert.deepEqual([memory.current, changes.length], [null, 2]);
  settings.memory = false;
  await memory.build();
  assert.equal(memory.current, null);
});

test('of two builds the second one counts', async (t) => {
  const { memory, changes } = workspaceMemory(services(t));
  await Promise.all([memory.build(), memory.build()]);
  assert.deepEqual(changes, [memory.current]);
});

test('where there is nothing to remember, the log says why', async (t) => {
  const { memory, log } = workspaceMemory(temporaryFolder(t));
  await memory.build();
  assert.equal(memory.current, null);
  assert.match(log[0]!, /^There is no memory of the workspace: There are no Python files/);
});

test('documents are known by their path in the workspace', async (t) => {
  const folder = services(t);
  const { memory } = workspaceMemory(folder);
  await memory.build();
  assert.equal(memory.nameOf(pathToFileURL(join(folder, 'sub', 'order.py')).href), 'sub/order.py');
  assert.equal(memory.nameOf('file:///elsewhere/order.py'), 'order.py');
  assert.equal(memory.nameOf('untitled:Untitled-1'), 'untitled:Untitled-1');
});

test('lines that are typed or saved are learnt, what the memory was built from is not learnt twice', async (t) => {
  const folder = services(t);
  const { memory } = workspaceMemory(folder);
  await memory.build();
  const uri = pathToFileURL(join(folder, 'order.py')).href;
  const line = 'TELESCOPES = gather_telescopes("mount wilson", 17)\n';
  const before = costOf(memory.current, line);
  await memory.saved([uri]);
  assert.equal(costOf(memory.current, line), before, 'the file is as it was');
  writeFileSync(join(folder, 'order.py'), service('order') + line);
  await memory.saved([uri]);
  const after = costOf(memory.current, line);
  assert.ok(after < before);
  memory.changed(uri, () => service('order') + line.repeat(2));
  while (costOf(memory.current, line) === after) {
    await new Promise((next) => setTimeout(next, 20));
  }
  assert.ok(costOf(memory.current, line) < after);
});

test('a document that is open when the memory is built is learnt without an edit', async (t) => {
  const folder = services(t);
  const { memory, open } = workspaceMemory(folder);
  const line = 'TELESCOPES = gather_telescopes("mount wilson", 17)\n';
  const uri = pathToFileURL(join(folder, 'order.py')).href;
  memory.changed(uri, () => service('order') + line);
  open.push({ uri, text: () => service('order') + line });
  await memory.build();
  const before = costOf(memory.current, line);
  while (costOf(memory.current, line) === before) {
    await new Promise((next) => setTimeout(next, 20));
  }
  assert.ok(costOf(memory.current, line) < before / 2);
});

test('a file that is saved while the memory is being built is learnt', async (t) => {
  const folder = services(t);
  const line = 'TELESCOPES = gather_telescopes("mount wilson", 17)\n';
  const path = join(folder, 'order.py');
  let meanwhile = async () => {};
  const reader = readerOf([folder]);
  const { memory } = workspaceMemory(folder, undefined, {
    files: async (...given) => {
      const files = await reader.files(...given);
      await meanwhile();
      return files;
    },
  });
  await memory.build();
  const before = costOf(memory.current, line);
  meanwhile = async () => {
    writeFileSync(path, service('order') + line);
    await memory.saved([pathToFileURL(path).href]);
  };
  await memory.build();
  assert.equal(memory.current?.updates, 1);
  assert.ok(costOf(memory.current, line) < before / 2);
});

test('other work has its turn while many saved files are read', async (t) => {
  const folder = services(t);
  for (const name of NAMES) {
    writeFileSync(join(folder, `${name}.py`), service(name).repeat(500));
  }
  const { memory } = workspaceMemory(folder);
  await memory.build();
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) {
      setImmediate(count);
    }
  };
  setImmediate(count);
  const uris = NAMES.map((name) => pathToFileURL(join(folder, `${name}.py`)).href);
  await memory.saved(Array.from({ length: 20 }, () => uris).flat());
  isOver = true;
  assert.equal(memory.current?.updates, 0, 'they are as they were');
  assert.ok(turns > 5, `${turns} turns`);
});

test('an unchanged file is not learnt twice, however its folder is named', {
  skip: process.platform === 'win32',
}, async (t) => {
  const [real, link] = [services(t), join(temporaryFolder(t), 'link')];
  symlinkSync(real, link);
  for (const folder of [`${real}/`, link]) {
    const { memory } = workspaceMemory(folder);
    await memory.build();
    const updates = memory.current?.updates;
    await memory.saved([pathToFileURL(join(link, 'order.py')).href, pathToFileURL(join(real, 'order.py')).href]);
    assert.equal(memory.current?.updates, updates);
    writeFileSync(join(real, 'order.py'), `${service('order')}# ${folder} ${Math.random()}\n`);
    await memory.saved([pathToFileURL(join(folder, 'order.py')).href]);
    assert.ok(memory.current!.updates > updates!, 'what was saved is learnt');
    writeFileSync(join(real, 'order.py'), service('order'));
  }
});

test('files of the same name in two folders are two files', async (t) => {
  const parent = temporaryFolder(t);
  const [a, b] = [join(parent, 'a'), join(parent, 'b')];
  for (const [folder, name] of [
    [a, 'author'],
    [b, 'book'],
  ] as const) {
    mkdirSync(folder);
    writeFileSync(join(folder, 'main.py'), service(name));
  }
  const { memory } = workspaceMemory([a, b]);
  await memory.build();
  await memory.saved([a, b].map((folder) => pathToFileURL(join(folder, 'main.py')).href));
  assert.equal(memory.current?.updates, 0);
});

test('URIs that name no file are known by themselves, and are never learnt as files', async (t) => {
  const { memory } = workspaceMemory(services(t));
  await memory.build();
  const uris = ['file:///tmp/100%.py', 'file:///tmp/caf%E9.py', 'file:///tmp/a%2Fb.py'];
  assert.deepEqual(
    uris.map((uri) => memory.nameOf(uri)),
    uris,
  );
  await memory.saved(uris);
});

test('a memory that is closed ends its build and begins no other', async (t) => {
  const { memory, log } = workspaceMemory(services(t));
  const building = memory.build();
  memory.close();
  await building;
  await memory.build();
  assert.deepEqual([memory.current, log], [null, []]);
});

test('a server with a model takes up its memory, and drops it when it is switched off', async (t) => {
  const storage = temporaryFolder(t);
  await writeChain(storage, 'print(x)');
  const settings = { ...SMALL, memory: true };
  const given = { folders: [services(t)], options: { storage, trusted: true }, settings };
  const client = await Client.start(t, given);
  await client.until(() => client.statuses.some((status) => 'model' in status && status.model?.memory));
  client.settings = { ...SMALL, memory: false };
  await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  await client.until(() => {
    const status = client.statuses.at(-1);
    return status !== undefined && 'model' in status && status.model?.memory === false;
  });
});

test('as soon as a training has begun the memory completes, before there is a network', async (t) => {
  const storage = temporaryFolder(t);
  const settings = { ...SMALL, memory: true, units: 256, layers: 3 };
  const given = { folders: [services(t)], options: { storage, trusted: true }, settings };
  const client = await Client.start(t, given);
  const training = client.execute('train');
  await client.until(() =>
    client.statuses.some((status) => status.kind === 'training' && status.model?.memory && status.model.epoch === null),
  );
  const text = 'class Service:\n    def find(self, identifier):\n        return self.repository.find_by_';
  await client.open('file:///new.py', text);
  const { candidate } = await client.explain('file:///new.py', { line: 2, character: 39 });
  assert.match(candidate, /^identifier\(/);
  await training;
  await client.execute('stop');
});
