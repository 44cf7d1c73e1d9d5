import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Memory } from '../../src/memory/memory';
import { encode } from '../../src/python/alphabet';
import { pythonProject, temporaryFolder } from '../training/project';
import { gone, trainerOf } from '../training/trainer-process';
import { Client, SMALL } from './client';
import { writeChain } from './synthetic-checkpoint';

/** A file of 100,000 characters, of which no two lines are the same. */
function longFile(number: number): string {
  let text = '';
  for (let line = 0; text.length < 100_000; line++) {
    const name = (((number * 100_003 + line) * 2_654_435_761) % 2 ** 32).toString(36);
    text += `def _${name}(self, value_${name}=${line}):\n    return self.${name}[${line}:]\n`;
  }
  return text;
}

const LONG_FILES = 60;

/** A client of a server that has begun to build a memory of 6 MB. */
async function building(t: TestContext, transport: 'stdio' | 'ipc'): Promise<Client> {
  const [folder, storage] = [temporaryFolder(t), temporaryFolder(t)];
  for (let i = 0; i < LONG_FILES; i++) {
    writeFileSync(join(folder, `module_${i}.py`), longFile(i));
  }
  await writeChain(storage, 'print(x)');
  const settings = { ...SMALL, memory: true };
  const client = await Client.start(t, { transport, folders: [folder], options: { storage }, settings });
  await client.until(() => client.log.some((line) => line.startsWith('The memory is being built')));
  return client;
}

/** Of an eighth of those files; whoever is busy with all of them takes longer. */
async function shortBuild(): Promise<'a shorter build'> {
  const files = Array.from({ length: LONG_FILES / 8 }, (_, i) => ({ name: `${i}.py`, symbols: encode(longFile(i)) }));
  await Memory.build(files);
  return 'a shorter build';
}

const ENDS: [what: string, transport: 'stdio' | 'ipc', end: (client: Client) => unknown][] = [
  ['the end of its input', 'stdio', (client) => client.process.stdin?.end()],
  ['"exit"', 'stdio', (client) => client.connection.sendNotification('exit')],
  ['the end of its channel', 'ipc', (client) => client.process.disconnect()],
];

for (const [what, transport, end] of ENDS) {
  test(`the server ends at ${what}, whatever it is building`, async (t) => {
    const client = await building(t, transport);
    const exit = once(client.process, 'exit').then(() => 'the end');
    await end(client);
    assert.equal(await Promise.race([exit, shortBuild()]), 'the end');
  });
}

test('"shutdown" ends a build and asks the trainer for its state, so that "exit" has nothing to wait for', async (t) => {
  const storage = temporaryFolder(t);
  const client = await Client.start(t, { folders: [pythonProject(t)], options: { storage }, settings: SMALL });
  await client.execute('train');
  await client.until(() => client.training.some(({ kind }) => kind === 'progress'));
  const trainer = trainerOf(join(storage, 'run'));
  await client.connection.sendRequest('shutdown');
  await client.connection.sendNotification('exit');
  await once(client.process, 'exit');
  await gone(trainer);
  const next = await Client.start(t, { folders: [], options: { storage }, settings: SMALL });
  assert.ok((await next.status('paused')).done > 0);
});
