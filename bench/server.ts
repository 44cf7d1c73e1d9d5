/**
 * Load on the language server, over real LSP: ten documents open, somebody types fast in one after the other and asks
 * for ghost text after every character. Prints how long answers take.
 *
 *   npx tsx bench/server.ts RUN FILE... [--folder FOLDER [--building]] [--entry dist/server.js] [--characters 300]
 *
 * With a folder its memory completes beside the network; with `--building` the typing begins while it is being built.
 *
 * Train something else at the same time to see it under full load.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { StatusChanged } from '../src/protocol/messages';
import type { Status } from '../src/protocol/model-status';
import { Run } from '../src/training/run';
import { summary, TypedDocument, typeInAll } from './typist';

const DOCUMENTS = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    entry: { type: 'string', default: 'dist/server.js' },
    characters: { type: 'string', default: '300' },
    folder: { type: 'string' },
    building: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const [run, ...files] = positionals;
  const storage = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  cpSync(new Run(run!).latestPath, join(storage, 'run', 'checkpoints', 'latest.safetensors'));
  const child = spawn(process.execPath, [resolve(values.entry), '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  try {
    await initialize(connection, storage);
    const documents = files.slice(0, DOCUMENTS).map((file) => new TypedDocument(connection, file));
    const answers = await typeInAll(documents, (typed) => typed >= Number(values.characters));
    console.log(`cold: ${summary(answers.filter(({ isFirst }) => isFirst))}`);
    console.log(`warm: ${summary(answers.filter(({ isFirst }) => !isFirst))}`);
  } finally {
    child.kill();
    rmSync(storage, { recursive: true });
  }
}

async function initialize(connection: ProtocolConnection, storage: string): Promise<void> {
  const isReady = new Promise<void>((ready) => {
    connection.onNotification(StatusChanged.method, (status: Status) => {
      const isWanted = values.folder !== undefined && !values.building;
      if (status.kind === 'ready' && status.model.memory === isWanted) {
        ready();
      }
    });
  });
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: values.folder === undefined ? null : pathToFileURL(resolve(values.folder)).href,
    capabilities: {},
    initializationOptions: { storage, trusted: true, notifications: true },
  });
  await connection.sendNotification('initialized', {});
  await isReady;
}

void main();
