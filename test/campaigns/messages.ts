import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { InlineCompletionItem, Message, Range, ResponseMessage } from 'vscode-languageserver-protocol/node';
import { StreamMessageReader } from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Random } from '../../src/model/random';
import { ENTRY, SMALL } from '../server/client';
import { writeChain } from '../server/synthetic-checkpoint';
import { BROKEN_FRAMINGS } from '../server/transport/broken-framings';
import { pythonFile } from '../training/project';
import type { Campaign, CampaignResult } from './campaign';

/**
 * Hostile messages, and edits with completions between them, at a real server: every request is answered, none with an
 * internal error, nothing happens that should not, every range lies in its document, and in the end the server still
 * completes. What cannot be read as messages at all ends a server of its own with one line.
 */
export const messagesCampaign: Campaign = {
  defaultCount: 10_000,
  async run({ seed, count, print }): Promise<CampaignResult> {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-messages-'));
    const random = new Random(seed);
    const tally: Tally = { requests: 0, notifications: 0, refused: 0, edits: 0, items: 0, framings: 0, problems: [] };
    const server = await HostileClient.start(folder, random);
    try {
      const typist = new Typist(server, random, tally);
      for (let sent = 0; sent < count && tally.problems.length < MOST_PROBLEMS; sent += BATCH) {
        await Promise.all(Array.from({ length: BATCH }, () => sendOne(server, random, tally, typist)));
        if (server.isGone) {
          tally.problems.push(`the server has ended: ${server.errors}`);
        }
      }
      if (!server.isGone) {
        await stillCompletes(server, tally);
      }
      tally.problems.push(...server.unexpected.slice(0, MOST_PROBLEMS));
      await breakFramings(random, Math.ceil(count / MESSAGES_PER_FRAMING), tally);
    } finally {
      await server.end();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    }
    const { requests, notifications, refused, edits, items, framings, problems } = tally;
    print(
      `messages, seed ${seed}: ${requests} requests, all answered, ${refused} of them refused; ${notifications} notifications; ${edits} edits, ${items} suggestions; ${framings} broken framings`,
    );
    print(problems.length === 0 ? 'no death, no internal error, no invalid range' : problems.join('\n'));
    return { failures: problems.length };
  },
};

const BATCH = 20;
/** A framing takes a process of its own. */
const MESSAGES_PER_FRAMING = 300;
/** As by a key: the answer may take its time. */
const INVOKED = 1;
const MOST_PROBLEMS = 5;

interface Tally {
  requests: number;
  notifications: number;
  refused: number;
  edits: number;
  items: number;
  framings: number;
  readonly problems: string[];
}

/** Half are hostile, half are what an editor sends. */
async function sendOne(server: HostileClient, random: Random, tally: Tally, typist: Typist): Promise<void> {
  if (random.next() < 0.5) {
    return typist.edit();
  }
  if (random.next() < 0.2) {
    return sendNoMessage(server, random, tally);
  }
  const method = pick(random, METHODS);
  const params = paramsFor(method, random);
  if (random.next() < 0.3) {
    tally.notifications++;
    server.notify(method, params);
    return;
  }
  tally.requests++;
  const answer = server.ask(method, params);
  if (random.next() < 0.2) {
    server.cancelLast();
  }
  check(await answer, `${method} ${JSON.stringify(params)}`, tally);
}

/**
 * What is no message of JSON-RPC, or one that comes out of turn. Where it has an id that can be one, it is answered
 * with that.
 */
async function sendNoMessage(server: HostileClient, random: Random, tally: Tally): Promise<void> {
  const method = pick(random, METHODS);
  const kind = Math.floor(random.next() * 6);
  if (kind === 0) {
    server.sendText(pick(random, ['{{{{{', '', '[1', '{"id":1}}', '\ufeff{}']));
  } else if (kind === 1) {
    server.send(pick(random, [7, null, 'initialize', [], [{ id: 7, method }]]), { isRefused: true });
  } else if (kind === 2) {
    server.send({ id: pick(random, [null, {}, [7], true]), method }, { isRefused: true });
  } else if (kind === 3) {
    server.send({ id: pick(random, [1e9, 'x', 0.5]), result: anything(random, 1) });
  } else if (kind === 4) {
    server.send({ id: -1, error: anything(random, 1) });
  } else {
    const { error } = await server.askRaw({ method: pick(random, [7, null, {}, []]) });
    tally.requests++;
    if (error?.code !== INVALID_REQUEST) {
      tally.problems.push(`a request without a method gave ${JSON.stringify(error)}`);
    }
  }
  tally.notifications++;
}

/** Each ends its server with one line on standard error. */
async function breakFramings(random: Random, count: number, tally: Tally): Promise<void> {
  for (let i = 0; i < count && tally.problems.length < MOST_PROBLEMS; i++) {
    const [what, input] = pick(random, Object.entries(BROKEN_FRAMINGS));
    const child = spawn(process.execPath, ['--import', 'tsx', ENTRY, '--stdio'], { stdio: ['pipe', 'ignore', 'pipe'] });
    child.stdin.on('error', () => {});
    const exit = once(child, 'exit');
    child.stdin.end(input);
    const said = await text(child.stderr);
    const [code] = await exit;
    tally.framings++;
    if (code !== 1 || !/^understudy: [^\n]+\n$/.test(said)) {
      tally.problems.push(`${what}: exit code ${code}, ${said}`);
    }
  }
}

function check({ error }: ResponseMessage, what: string, tally: Tally): void {
  if (error === undefined) {
    return;
  }
  tally.refused++;
  const isClear = typeof error.message === 'string' && error.message.length > 0 && !error.message.includes('\n');
  if (error.code === INTERNAL_ERROR || !isClear) {
    tally.problems.push(`${error.code} ${error.message} after ${what.slice(0, 300)}`);
  }
}

const INTERNAL_ERROR = -32603;
const INVALID_REQUEST = -32600;

/** All but those that end the server, train, delete what it completes from, or fetch packages. */
const METHODS = [
  'textDocument/didOpen',
  'textDocument/didChange',
  'textDocument/didClose',
  'textDocument/didSave',
  'textDocument/inlineCompletion',
  'textDocument/hover',
  'workspace/didChangeWatchedFiles',
  'workspace/didChangeConfiguration',
  'workspace/executeCommand',
  'understudy/history',
  'understudy/statistics',
  'understudy/resetStatistics',
  'understudy/explain',
  'understudy/generate',
  'understudy/codeAwareSample',
  'understudy/inspect',
  'understudy/activation',
  'understudy/units',
  'understudy/lookBack',
  'understudy/context',
  'understudy/measureContext',
  'understudy/runs',
  'understudy/trainingFiles',
  'understudy/renameRun',
  'understudy/deleteRun',
  'understudy/generateText',
  'understudy/suggestFrom',
  'understudy/trusted',
  'initialize',
  'initialized',
  '$/cancelRequest',
  '$/setTrace',
  '$/progress',
  'window/workDoneProgress/cancel',
  'constructor',
  '',
];

const URIS = [
  'file:///tmp/100%.py',
  'file:///%E0%A4%A.py',
  'file:///tmp/caf%E9.py',
  'file://server/share/a.py',
  'file:///tmp/a%2Fb.py',
  'file:///tmp/%00.py',
  'untitled:Untitled-1',
  'file:',
  '',
  '__proto__',
  `file:///${'x'.repeat(5000)}.py`,
];

const NUMBERS = [0, -1, 1.5, 1e9, 2 ** 53, -(2 ** 31), 1e308];
const TEXTS = ['', 'x = 1\n', '\ud800', '\udc00x', '\0', 'é'.repeat(200), '\r\r\n\n', '('.repeat(3000), '{"a":1}'];

/** Something of the right shape with hostile values in it, or of no shape at all. */
function paramsFor(method: string, random: Random): unknown {
  if (random.next() < 0.25) {
    return anything(random, 0);
  }
  const uri = mostly(random, () => pick(random, URIS));
  const position = mostly(random, () => ({ line: pick(random, NUMBERS), character: pick(random, NUMBERS) }));
  switch (method) {
    case 'textDocument/didOpen':
      return {
        textDocument: {
          uri,
          languageId: mostly(random, () => 'python'),
          version: mostly(random, () => 1),
          text: mostly(random, () => pick(random, TEXTS)),
        },
      };
    case 'textDocument/didChange':
      return {
        textDocument: { uri, version: mostly(random, () => 2) },
        contentChanges: mostly(random, () => [
          { range: mostly(random, () => ({ start: position, end: position })), text: pick(random, TEXTS) },
        ]),
      };
    case 'textDocument/inlineCompletion':
      return {
        textDocument: { uri },
        position,
        context: mostly(random, () => ({ triggerKind: pick(random, NUMBERS) })),
      };
    case 'workspace/didChangeWatchedFiles':
      return { changes: mostly(random, () => [{ uri, type: 2 }, anything(random, 1)]) };
    case 'workspace/executeCommand':
      return {
        command: mostly(random, () =>
          pick(random, ['understudy.server.explain', 'understudy.server.status', 'rm -rf']),
        ),
        arguments: mostly(random, () => [{ uri, position }]),
      };
    case 'understudy/generate':
      return { uri, position, length: pick(random, [-1, 0, 1.5, 20, 1e9]), temperature: pick(random, NUMBERS) };
    case 'understudy/codeAwareSample':
    case 'understudy/units':
    case 'understudy/suggestFrom':
      return { epoch: pick(random, [null, ...NUMBERS]) };
    case 'understudy/inspect':
    case 'understudy/activation':
    case 'understudy/lookBack': {
      const [layer, unit, at] = [pick(random, NUMBERS), pick(random, NUMBERS), pick(random, NUMBERS)];
      return { text: pick(random, TEXTS), epoch: pick(random, [null, ...NUMBERS]), layer, unit, at };
    }
    case 'understudy/renameRun':
    case 'understudy/deleteRun':
      return { id: pick(random, ['', '.', '..', '../run', 'run', '__proto__']), name: pick(random, TEXTS) };
    case 'understudy/context':
    case 'understudy/measureContext':
      return { run: pick(random, ['', '..', 'run', '__proto__']), epoch: pick(random, [null, ...NUMBERS]) };
    case 'understudy/generateText': {
      const [length, seed] = [pick(random, [-1, 0, 1.5, 20, 1e9]), pick(random, NUMBERS)];
      const sampling = pick(random, [{ top: pick(random, NUMBERS) }, { temperature: pick(random, NUMBERS) }, {}]);
      const [prompt, epoch] = [pick(random, TEXTS), pick(random, [null, ...NUMBERS])];
      return { epoch, prompt, length, sampling, seed, partialResultToken: anything(random, 1) };
    }
    default:
      return { uri, position, textDocument: { uri }, id: pick(random, NUMBERS), token: anything(random, 1) };
  }
}

function mostly(random: Random, make: () => unknown): unknown {
  return random.next() < 0.8 ? make() : anything(random, 1);
}

function anything(random: Random, depth: number): unknown {
  const kind = Math.floor(random.next() * (depth > 3 ? 5 : 7));
  switch (kind) {
    case 0:
      return null;
    case 1:
      return pick(random, NUMBERS);
    case 2:
      return pick(random, TEXTS);
    case 3:
      return random.next() < 0.5;
    case 4:
      return pick(random, URIS);
    case 5:
      return Array.from({ length: Math.floor(random.next() * 4) }, () => anything(random, depth + 1));
    default:
      return Object.fromEntries(
        ['uri', 'text', '__proto__', 'textDocument', 'position', 'constructor']
          .filter(() => random.next() < 0.5)
          .map((key) => [key, anything(random, depth + 1)]),
      );
  }
}

function pick<T>(random: Random, of: readonly T[]): T {
  return of[Math.floor(random.next() * of.length)]!;
}

/** What is typed anywhere, and what is typed where a line ends: mostly something that can be completed. */
const TYPED = ['p', '\n', '    ', '🐍', ')', '"', '', '\r\n', 'def f(x):\n    '];
const LINES = [
  '\npri',
  '\np',
  '\nprin',
  '\nif True:\n    pri',
  '\nx = pri',
  '\n🐍pri',
  ' pri',
  '\r\npri',
  '\n    print(',
];

/**
 * Share of the edits after which the document is whole again: after some at random nothing can be completed in it any
 * more.
 */
const REWRITTEN = 0.1;

/** Somebody who edits a document at random and asks for completions. */
class Typist {
  readonly #server: HostileClient;
  readonly #random: Random;
  readonly #tally: Tally;
  #document: TextDocument;
  #turn: Promise<void> = Promise.resolve();

  constructor(server: HostileClient, random: Random, tally: Tally) {
    this.#server = server;
    this.#random = random;
    this.#tally = tally;
    this.#document = TextDocument.create('file:///typed.py', 'python', 1, pythonFile(1));
    server.notify('textDocument/didOpen', {
      textDocument: { uri: this.#document.uri, languageId: 'python', version: 1, text: this.#document.getText() },
    });
  }

  /** One after the other: what a newer request overtakes is answered with nothing. */
  edit(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#edit());
    return this.#turn;
  }

  async #edit(): Promise<void> {
    const change = this.#random.next() < REWRITTEN ? { text: pythonFile(this.#tally.edits) } : this.#change();
    const version = this.#document.version + 1;
    this.#document = TextDocument.update(this.#document, [change], version);
    this.#tally.edits++;
    this.#server.notify('textDocument/didChange', {
      textDocument: { uri: this.#document.uri, version },
      contentChanges: [change],
    });
    const start = 'range' in change ? this.#document.offsetAt(change.range.start) : 0;
    const offset = start + change.text.length;
    const position = this.#document.positionAt(offset);
    const before = this.#document.getText();
    const answer = await this.#server.ask('textDocument/inlineCompletion', {
      textDocument: { uri: this.#document.uri },
      position,
      context: { triggerKind: INVOKED },
    });
    this.#tally.requests++;
    check(answer, 'an edit', this.#tally);
    for (const item of (answer.result ?? []) as InlineCompletionItem[]) {
      this.#checkItem(item, before);
    }
  }

  #change(): { range: Range; text: string } {
    const text = this.#document.getText();
    const anywhere = Math.floor(this.#random.next() * (text.length + 1));
    // Suggestions come at ends of lines.
    const lineEnd = text.indexOf('\n', anywhere);
    const from = this.#random.next() < 0.3 || lineEnd < 0 ? anywhere : lineEnd;
    const to = from === lineEnd ? from : Math.min(text.length, from + Math.floor(this.#random.next() * 5));
    const range = { start: this.#document.positionAt(from), end: this.#document.positionAt(to) };
    return { range, text: pick(this.#random, from === lineEnd ? LINES : TYPED) };
  }

  #checkItem({ range, insertText }: InlineCompletionItem, text: string): void {
    this.#tally.items++;
    const document = TextDocument.create('', 'python', 1, text);
    const isInside =
      range !== undefined &&
      [range.start, range.end].every(
        (at) => JSON.stringify(document.positionAt(document.offsetAt(at))) === JSON.stringify(at),
      );
    if (!isInside || typeof insertText !== 'string' || insertText === '') {
      this.#tally.problems.push(`an item that does not fit its document: ${JSON.stringify({ range, insertText })}`);
    }
  }
}

async function stillCompletes(server: HostileClient, tally: Tally): Promise<void> {
  // Beginnings of it were typed as lines of their own, and learnt.
  const uri = 'file:///end.py';
  server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text: 'print' } });
  const params = { uri, position: { line: 0, character: 5 } };
  const { result } = await server.ask('understudy/explain', params);
  const candidate = (result as { candidate?: string } | undefined)?.candidate ?? '';
  if (!candidate.startsWith('(')) {
    tally.problems.push(`in the end it would complete "print" with ${JSON.stringify(candidate)}`);
  }
  if (!server.hasRefusedAll) {
    tally.problems.push('not all that is no message was refused');
  }
}

interface LogMessage {
  readonly params: { readonly message: string };
}

/** A client that writes whatever it is given, and knows which answer belongs to which request. */
class HostileClient {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting = new Map<number, (response: ResponseMessage) => void>();
  readonly #random: Random;
  readonly #log = new EventEmitter();
  #next = 1;
  /** Messages without an id that is one, which are refused. */
  #refused = 0;
  /** Lines of the log that tell of defects. */
  readonly unexpected: string[] = [];
  errors = '';

  private constructor(child: ChildProcessByStdio<Writable, Readable, Readable>, random: Random) {
    this.#child = child;
    this.#random = random;
    child.stdin.on('error', () => {});
    child.stderr.on('data', (data) => {
      this.errors = (this.errors + data).slice(-2000);
    });
    child.on('exit', () => {
      for (const answer of this.#waiting.values()) {
        answer({ jsonrpc: '2.0', id: null });
      }
    });
    new StreamMessageReader(child.stdout).listen((message) => this.#take(message));
  }

  /** Of a server that has a network and a memory. */
  static async start(folder: string, random: Random): Promise<HostileClient> {
    const [project, storage] = [join(folder, 'project'), join(folder, 'storage')];
    mkdirSync(project);
    for (let number = 0; number < 4; number++) {
      writeFileSync(join(project, `${number}.py`), pythonFile(number));
    }
    // What the network and the memory agree on.
    writeFileSync(join(project, 'habit.py'), 'print(x)\n'.repeat(200));
    await writeChain(storage, 'print(x)');
    const child = spawn(process.execPath, ['--import', 'tsx', ENTRY, '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const client = new HostileClient(child, random);
    const isReady = once(client.#log, 'memory');
    await client.ask('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(project).href,
      capabilities: { workspace: { configuration: true } },
      initializationOptions: { storage },
    });
    client.notify('initialized', {});
    await isReady;
    return client;
  }

  get isGone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  notify(method: string, params: unknown): void {
    this.#write({ jsonrpc: '2.0', method, params });
  }

  ask(method: string, params: unknown): Promise<ResponseMessage> {
    return this.askRaw({ jsonrpc: '2.0', method, params });
  }

  /** Puts in an id. */
  askRaw(request: object): Promise<ResponseMessage> {
    const id = this.#next++;
    const answered = new Promise<ResponseMessage>((answer) => this.#waiting.set(id, answer));
    this.#write({ id, ...request });
    return answered;
  }

  cancelLast(): void {
    this.notify('$/cancelRequest', { id: this.#next - 1 });
  }

  /** `isRefused`: it has to be answered with an error without an id. */
  send(message: unknown, { isRefused = false } = {}): void {
    if (isRefused) {
      this.#refused++;
    }
    this.#writeText(JSON.stringify(message));
  }

  /** What is no JSON. */
  sendText(body: string): void {
    this.#refused++;
    this.#writeText(body);
  }

  /** Whether all that has no id was refused; asked when later requests were answered. */
  get hasRefusedAll(): boolean {
    return this.#refused === 0;
  }

  async end(): Promise<void> {
    if (this.isGone) {
      return;
    }
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  #take(message: Message): void {
    const { id, method } = message as { id?: number | null; method?: string };
    if (method === 'window/logMessage') {
      this.#takeLine((message as unknown as LogMessage).params.message);
    }
    if (id === null) {
      this.#refused--;
    } else if (method === undefined && id !== undefined) {
      this.#waiting.get(id)?.(message as ResponseMessage);
      this.#waiting.delete(id);
    } else if (id !== undefined) {
      this.#answer(id, method);
    }
  }

  #takeLine(line: string): void {
    if (line.startsWith('The memory holds') || line.startsWith('There is no memory')) {
      this.#log.emit('memory');
    }
    // What the library says where a handler throws, and what the last net says.
    if (/should not have happened|failed with message|failed unexpectedly|Error: /.test(line)) {
      this.unexpected.push(line);
    }
  }

  /** Some answers are no better than the messages. */
  #answer(id: number, method: string | undefined): void {
    const settings = { ...SMALL, memory: true };
    const right = method === 'workspace/configuration' ? [settings] : null;
    this.#write({ jsonrpc: '2.0', id, result: this.#random.next() < 0.9 ? right : anything(this.#random, 1) });
  }

  #write(message: object): void {
    assert.ok(!('params' in message) || message.params !== undefined);
    this.#writeText(JSON.stringify(message));
  }

  #writeText(text: string): void {
    const body = Buffer.from(text);
    this.#child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#child.stdin.write(body);
  }
}
