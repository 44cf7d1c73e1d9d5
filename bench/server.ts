/**
 * Load on the language server, over real LSP: ten documents open, somebody types fast in one after the other and asks for
 * ghost text after every character. Prints how long answers take.
 *
 *   npx tsx bench/server.ts RUN FILE... [--folder FOLDER [--building]] [--entry dist/server.js] [--characters 300]
 *
 * With a folder its memory completes beside the network; with `--building` the typing begins while it is being built.
 *
 * Train something else at the same time to see it under full load.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  createProtocolConnection,
  type InlineCompletionItem,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { STATUS, type Status } from '../src/protocol/lsp';
import { Run } from '../src/training/run';

const DOCUMENTS = 10;
/** Milliseconds between two characters: 150 words a minute. */
const PACE = 80;
/** What VS Code waits for a pause in typing before it asks. */
const DEBOUNCE = 50;

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
  cpSync(new Run(run).latestPath, join(storage, 'run', 'checkpoints', 'latest.safetensors'));
  const child = spawn(process.execPath, [resolve(values.entry), '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  try {
    await initialize(connection, storage);
    const documents = files.slice(0, DOCUMENTS).map((file) => new TypedDocument(connection, file));
    const answers = await typeInAll(documents, Number(values.characters));
    console.log(`cold: ${summary(answers.filter(({ isFirst }) => isFirst))}`);
    console.log(`warm: ${summary(answers.filter(({ isFirst }) => !isFirst))}`);
  } finally {
    child.kill();
    rmSync(storage, { recursive: true });
  }
}

async function initialize(connection: ProtocolConnection, storage: string): Promise<void> {
  const isReady = new Promise<void>((ready) => {
    connection.onNotification(STATUS, (status: Status) => {
      const isWanted = values.folder !== undefined && !values.building;
      if (status.kind === 'ready' && status.model.memory === isWanted) ready();
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

interface Answer {
  readonly milliseconds: number;
  readonly isShown: boolean;
  /** In this document. */
  readonly isFirst: boolean;
}

/** The second half of a file, typed after its first. */
class TypedDocument {
  readonly #uri: string;
  readonly #rest: string;
  #text: string;
  #typed = 0;

  constructor(
    private readonly connection: ProtocolConnection,
    file: string,
  ) {
    const whole = readFileSync(file, 'utf8');
    const half = whole.indexOf('\n', whole.length / 2) + 1;
    this.#uri = pathToFileURL(resolve(file)).href;
    this.#text = whole.slice(0, half);
    this.#rest = whole.slice(half);
    void connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: this.#uri, languageId: 'python', version: 0, text: this.#text },
    });
  }

  async typeOne(): Promise<Answer> {
    const character = this.#rest[this.#typed % this.#rest.length];
    const start = this.#end();
    this.#text += character;
    const version = ++this.#typed;
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.#uri, version },
      contentChanges: [{ range: { start, end: start }, text: character }],
    });
    await setTimeout(DEBOUNCE);
    const began = performance.now();
    const items = await this.connection.sendRequest<InlineCompletionItem[]>('textDocument/inlineCompletion', {
      textDocument: { uri: this.#uri },
      position: this.#end(),
      context: { triggerKind: 2 },
    });
    return { milliseconds: performance.now() - began, isShown: items.length > 0, isFirst: version === 1 };
  }

  #end(): { line: number; character: number } {
    const lines = this.#text.split('\n');
    return { line: lines.length - 1, character: lines.at(-1)!.length };
  }
}

/** A few words here, a few words there. */
async function typeInAll(documents: readonly TypedDocument[], characters: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let i = 0; i < characters; i++) {
    const pace = setTimeout(PACE);
    answers.push(await documents[Math.floor(i / 10) % documents.length].typeOne());
    await pace;
  }
  return answers;
}

function summary(answers: readonly Answer[]): string {
  const times = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.floor(share * (times.length - 1))]?.toFixed(1);
  const shown = answers.filter(({ isShown }) => isShown).length;
  const slowest = times.at(-1)?.toFixed(1);
  return `${answers.length} requests, median ${quantile(0.5)} ms, 95 % within ${quantile(0.95)} ms, all within ${slowest} ms, ${shown} with text`;
}

void main();
