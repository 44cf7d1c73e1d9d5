import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SetUpGpu } from '../../src/protocol/messages';
import { temporaryFolder } from '../training/project';
import { Client } from './client';

const skip = process.platform === 'linux' ? {} : { skip: 'the set-up is for Linux' };

/** A server on a machine whose only programs are these scripts. */
async function machine(t: TestContext, programs: Record<string, string>, trusted = true) {
  const folder = temporaryFolder(t);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const tfjs = join(folder, 'tfjs');
  const env = { PATH: bin, UNDERSTUDY_TFJS: tfjs, VIRTUAL_ENV: '', CONDA_PREFIX: '' };
  const client = await Client.start(t, { options: { storage: folder, trusted }, env });
  const setUp = () => client.connection.sendRequest(SetUpGpu.method, { python: null });
  return { client, setUp, tfjs, folder };
}

test('what keeps the GPU from being set up is told in a sentence', skip, async (t) => {
  const { client, setUp, tfjs } = await machine(t, {});
  await assert.rejects(setUp(), { message: /^No C\+\+ compiler was found: install g\+\+/ });
  assert.deepEqual(
    client.progress.map(({ value }) => value.kind),
    ['begin', 'report', 'end'],
  );
  assert.match(client.progress[1]!.value.message ?? '', /^No TensorFlow was found with python3, python: trying/);
  assert.equal(existsSync(tfjs), false);
});

test('Cancel ends the set-up without an error, and nothing is left', skip, async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'include'));
  for (const name of ['cc', 'framework']) {
    writeFileSync(join(folder, `libtensorflow_${name}.so.2`), '');
  }
  const { client, setUp, tfjs } = await machine(t, {
    python3: `echo '{"folder": "${folder}", "cuda": true}'`,
    'g++': 'exit 0',
    npm: 'exec /bin/sleep 600',
  });
  const result = setUp();
  await client.until(() => client.progress.some(({ value }) => value.message?.startsWith('Fetching') === true));
  assert.ok(
    client.log.some((line) => line.startsWith('Found TensorFlow in')),
    client.log.join(),
  );
  await client.connection.sendNotification('window/workDoneProgress/cancel', { token: client.progress[0]!.token });
  assert.equal(await result, null);
  assert.equal(client.progress.at(-1)?.value.kind, 'end');
  assert.deepEqual([existsSync(tfjs), existsSync(`${tfjs}.new`)], [false, false]);
});

test('a workspace that is not trusted has no Python to run', skip, async (t) => {
  const { setUp } = await machine(t, {}, false);
  await assert.rejects(setUp(), { message: /not trusted: trust it first\.$/ });
});
