/**
 * A workspace of any size, made up in a temporary folder: how soon a training says something, how soon it has read the
 * files, how large its process gets, how long it takes in all, and how long completions take while the server builds
 * its memory. After `npm run build`.
 *
 *   npx tsx bench/large-workspace.ts [--files 60000] [--characters 16000] [--seconds 20]
 *
 * `--characters` are those of each file. How large processes get is told on Linux only.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { StatusChanged } from '../src/protocol/messages';
import type { Status } from '../src/protocol/model-status';
import { NODE_OPTIONS } from '../src/protocol/node-options';
import { type TrainerCommand, TrainingEvent, type TrainRequest } from '../src/protocol/training-events';
import { Run } from '../src/training/run';
import { summary, TypedDocument, typeInAll } from './typist';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '60000' },
    characters: { type: 'string', default: '16000' },
    seconds: { type: 'string', default: '20' },
  },
});

const FILES_PER_FOLDER = 200;
const TYPED_FILES = 10;
/** Characters typed where the memory is there sooner. */
const LEAST_TYPED = 100;

async function main(): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), 'understudy-large-'));
  process.once('SIGINT', () => process.exit(130));
  process.once('exit', () => rmSync(parent, { recursive: true, force: true }));
  const [workspace, run, storage] = ['workspace', 'run', 'storage'].map((name) => join(parent, name));
  makeWorkspace(workspace!);
  await train(requestFor(workspace!, run!));
  await complete(workspace!, run!, storage!);
}

const VERBS = ['find', 'count', 'open', 'close', 'update', 'delete', 'render', 'parse', 'send', 'merge'];
const NOUNS = ['author', 'book', 'customer', 'delivery', 'invoice', 'order', 'payment', 'review', 'shelf', 'supplier'];

/** Methods of which no two are the same, so that no two files are. */
function method(number: number): string {
  const verb = VERBS[number % VERBS.length];
  const noun = NOUNS[Math.floor(number / VERBS.length) % NOUNS.length];
  return `
    def ${verb}_${noun}_${number}(self, ${noun}, include_deleted=False):
        """${verb} the ${noun} of this number."""
        for candidate in self.repository.all_of_kind("${noun}"):
            if candidate.identifier == ${noun}.identifier + ${number} and not include_deleted:
                return self.${verb}_${noun}(candidate)
        return None
`;
}

function makeWorkspace(folder: string): void {
  let number = 0;
  for (let file = 0; file < Number(values.files); file++) {
    const part = join(folder, `package_${Math.floor(file / FILES_PER_FOLDER)}`);
    if (file % FILES_PER_FOLDER === 0) {
      mkdirSync(part, { recursive: true });
    }
    let text = `class Service${file}:`;
    while (text.length < Number(values.characters)) {
      text += method(number++);
    }
    writeFileSync(join(part, `service_${file}.py`), text.slice(0, Number(values.characters)));
  }
}

async function train(request: TrainRequest): Promise<void> {
  const trainer = fork(resolve('dist/trainer.js'), { execArgv: [...NODE_OPTIONS] });
  const began = performance.now();
  const print = (what: string) => console.log(`training: ${what} after ${since(began)}, at most ${highest} MB`);
  let toldAt = began;
  let silence = 0;
  let highest = 0;
  trainer.on('message', (message) => {
    const event = v.parse(TrainingEvent, message);
    if (toldAt === began) {
      print('first word');
    }
    silence = Math.max(silence, performance.now() - toldAt);
    toldAt = performance.now();
    if (event.kind === 'corpus') {
      print(`${event.files} files read (longest silence ${silence.toFixed(0)} ms)`);
    }
    if (event.kind === 'failed') {
      console.error(event.message);
    }
    if (event.kind !== 'reading' && event.kind !== 'progress') {
      print(event.kind);
    }
  });
  const look = setInterval(() => {
    highest = highestMB(trainer) ?? highest;
  }, 20);
  const start: TrainerCommand = { kind: 'start', request };
  trainer.send(start);
  await once(trainer, 'exit');
  clearInterval(look);
  print('ended');
}

function since(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}

/** Highest resident memory so far, proc(5); undefined once the process is gone. */
function highestMB({ pid }: ChildProcess): number | undefined {
  try {
    const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
    return Math.round((Number(kibibytes) * 1024) / 1e6);
  } catch {
    return undefined;
  }
}

/** Somebody types from the moment on when the server has a model, until it has its memory too. */
async function complete(workspace: string, run: string, storage: string): Promise<void> {
  cpSync(new Run(run).latestPath, join(storage, 'run', 'checkpoints', 'latest.safetensors'));
  const server = spawn(process.execPath, [resolve('dist/server.js'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  let hasMemory = false;
  const hasModel = new Promise<void>((ready) => {
    connection.onNotification(StatusChanged.method, (status: Status) => {
      if (status.kind === 'ready') {
        ready();
      }
      hasMemory = status.kind === 'ready' && status.model.memory;
    });
  });
  try {
    await initialize(connection, workspace, storage);
    await hasModel;
    const began = performance.now();
    const documents = Array.from(
      { length: TYPED_FILES },
      (_, file) => new TypedDocument(connection, join(workspace, 'package_0', `service_${file}.py`)),
    );
    const answers = await typeInAll(documents, (typed) => hasMemory && typed >= LEAST_TYPED);
    console.log(`completions: memory after ${since(began)}; meanwhile ${summary(answers)}`);
    console.log(`completions with it: ${summary(await typeInAll(documents, (typed) => typed >= LEAST_TYPED))}`);
    console.log(`completions: server at most ${highestMB(server)} MB`);
  } finally {
    server.kill();
  }
}

async function initialize(connection: ProtocolConnection, workspace: string, storage: string): Promise<void> {
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(workspace).href,
    capabilities: {},
    initializationOptions: { storage, trusted: true, notifications: true },
  });
  await connection.sendNotification('initialized', {});
}

function requestFor(folder: string, run: string): TrainRequest {
  return {
    folders: [folder],
    run,
    preset: 'fast',
    epochs: null,
    seconds: Number(values.seconds),
    cell: null,
    layers: null,
    units: null,
    seqlen: null,
    batch: null,
    engine: 'native',
    threads: null,
    seed: 1,
    holdout: 'auto',
    excludes: [],
    wholeCorpus: false,
    memory: true,
    prompts: [],
    resume: false,
  };
}

void main();
