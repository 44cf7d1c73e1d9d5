import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { downloadOwnTensorFlow, OWN_TENSORFLOW_EXISTS } from '../../../src/engine/tfjs/bundled-tensorflow';
import { TFJS_PACKAGE } from '../../../src/engine/tfjs/load';
import { skip as withoutPackage } from './skip';

// The package's own install script, with a server on this machine in place of its host.
const skip = OWN_TENSORFLOW_EXISTS ? withoutPackage : { skip: 'the package has a TensorFlow of its own for Linux x64' };
let place: string;
let folder: string;
let server: Server;

beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), 'understudy-own-'));
  folder = path.join(place, 'package');
  server = createServer();
  if ('skip' in skip) {
    return;
  }
  const modules = path.join(process.env.UNDERSTUDY_TFJS as string, 'node_modules');
  const installed = path.join(modules, TFJS_PACKAGE);
  cpSync(path.join(installed, 'scripts'), path.join(folder, 'scripts'), { recursive: true });
  cpSync(path.join(installed, 'package.json'), path.join(folder, 'package.json'));
  symlinkSync(modules, path.join(place, 'node_modules'));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(place, { recursive: true });
});

/** Downloads from a host that answers like this. */
async function download(answer: RequestListener, minutes?: number) {
  server.on('request', answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return downloadFrom((server.address() as AddressInfo).port, minutes);
}

function downloadFrom(port: number, minutes?: number) {
  return downloadOwnTensorFlow(folder, { env: { CDN_STORAGE: `http://127.0.0.1:${port}/` } }, minutes);
}

function archive(): Buffer {
  const content = path.join(place, 'content');
  for (const name of ['lib', 'include']) {
    mkdirSync(path.join(content, name), { recursive: true });
  }
  writeFileSync(path.join(content, 'lib', 'libtensorflow.so.2'), 'library');
  return execFileSync('tar', ['-cz', '-C', content, './lib', './include']);
}

test("the package's script downloads and unpacks its TensorFlow", skip, async () => {
  const asked: (string | undefined)[] = [];
  const libraries = await download(({ url }, response) => {
    asked.push(url);
    response.end(archive());
  });
  assert.deepEqual(asked, ['/tensorflow/libtensorflow/libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz']);
  assert.equal(readFileSync(path.join(libraries.folder, libraries.names[0]!), 'utf8'), 'library');
});

test('a host that cannot be reached', skip, async () => {
  // Nobody listens on the port of a server that was closed.
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  await assert.rejects(downloadFrom(port), { message: `connect ECONNREFUSED 127.0.0.1:${port}` });
});

test('a host that has no such file', skip, () =>
  assert.rejects(
    download((_, response) => response.writeHead(404).end('Not found')),
    /TAR_BAD_ARCHIVE/,
  ),
);

test('a download that breaks off', skip, () =>
  assert.rejects(
    download((_, response) => {
      const whole = archive();
      response.writeHead(200, { 'content-length': whole.length });
      response.write(whole.subarray(0, whole.length / 2), () => response.destroy());
    }),
    { message: 'it broke off' },
  ),
);

test('a host that is silent', skip, () =>
  assert.rejects(
    download(() => {}, 0.02),
    { message: 'not done in 0.02 minutes' },
  ),
);
