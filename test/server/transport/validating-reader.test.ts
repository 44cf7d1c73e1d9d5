import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  Disposable,
  type Message,
} from 'vscode-languageserver/node';
import { ValidatingReader } from '../../../src/server/transport/validating-reader';

class Reader extends AbstractMessageReader {
  send: (message: unknown) => void = () => {};

  listen(callback: DataCallback): Disposable {
    this.send = (message) => callback(message as Message);
    return Disposable.create(() => {});
  }
}

class Writer extends AbstractMessageWriter {
  readonly written: unknown[] = [];

  async write(message: Message): Promise<void> {
    this.written.push(message);
  }

  end(): void {}
}

const INITIALIZE = { id: 1, method: 'initialize', params: { capabilities: {} } };

/** A door, what it let in and what it answered. */
function door({ isInitialized = true } = {}) {
  const reader = new Reader();
  const writer = new Writer();
  const letIn: unknown[] = [];
  const subject = new ValidatingReader(reader, writer);
  subject.listen((message) => letIn.push(message));
  if (isInitialized) {
    reader.send(INITIALIZE);
    subject.answers.write({ jsonrpc: '2.0', id: 1, result: {} } as Message);
    letIn.length = writer.written.length = 0;
  }
  return { subject, letIn, written: writer.written, send: (message: unknown) => reader.send(message) };
}

const CHANGE = 'textDocument/didChange';
const document = { uri: 'file:///a.py', version: 2 };
const start = { line: 0, character: 0 };

const NO_MESSAGES: unknown[] = [
  null,
  7,
  'initialize',
  true,
  [],
  [{ id: 5, method: 'understudy/history' }],
  {},
  { method: 7 },
  { method: null, id: 5 },
  { id: null, method: 'understudy/history' },
  { id: {}, method: 'understudy/history' },
  { id: [5], method: 'understudy/history' },
  { id: Number.POSITIVE_INFINITY, method: 'understudy/history' },
];

for (const message of NO_MESSAGES) {
  test(`what is no message is refused: ${JSON.stringify(message)}`, () => {
    const { letIn, written, send } = door();
    send(message);
    assert.deepEqual(letIn, []);
    assert.equal(written.length, 1);
    const { error } = written[0] as { error: { code: number; message: string } };
    assert.equal(error.code, -32600);
    assert.match(error.message, /^[^\n]+\.$/);
  });
}

const WRONG_REQUESTS: [method: string, params: unknown, problem: RegExp][] = [
  ['textDocument/inlineCompletion', undefined, /its parameters/],
  ['textDocument/inlineCompletion', null, /its parameters/],
  ['textDocument/inlineCompletion', [], /its parameters have to be an object/],
  ['textDocument/inlineCompletion', 7, /its parameters have to be an object/],
  ['textDocument/inlineCompletion', {}, /"textDocument" is missing/],
  [
    'textDocument/inlineCompletion',
    { textDocument: { uri: 7 }, position: start },
    /"textDocument.uri" .* string, not 7/,
  ],
  ['textDocument/inlineCompletion', { textDocument: document }, /"position" is missing/],
  ...[-1, 0.5, 2 ** 31, Number.POSITIVE_INFINITY, '0', null].map((line): [string, unknown, RegExp] => [
    'textDocument/inlineCompletion',
    { textDocument: document, position: { line, character: 0 } },
    /"position.line" has to be/,
  ]),
  ['workspace/executeCommand', { command: null }, /"command" has to be string, not null/],
  ['workspace/executeCommand', { command: 'x', arguments: {} }, /"arguments" has to be/],
  ['textDocument/willSaveWaitUntil', {}, /"textDocument"/],
  ['understudy/history', [], /have to be an object/],
];

for (const [method, params, problem] of WRONG_REQUESTS) {
  test(`a request with wrong parameters is told what is wrong: ${method} ${JSON.stringify(params)}`, () => {
    const { letIn, written, send } = door();
    send({ id: 7, method, params });
    assert.deepEqual(letIn, []);
    const [{ id, error }] = written as [{ id: number; error: { code: number; message: string } }];
    assert.deepEqual([id, error.code], [7, -32602]);
    assert.match(error.message, problem);
    assert.match(error.message, /^[^\n]+\.$/);
  });
}

const WRONG_NOTIFICATIONS: [method: string, params: unknown][] = [
  ['textDocument/didOpen', null],
  ['textDocument/didOpen', { textDocument: { ...document, languageId: 'python', text: null } }],
  ['textDocument/didOpen', { textDocument: { ...document, uri: null, languageId: 'python', text: '' } }],
  [CHANGE, { textDocument: document }],
  [CHANGE, { textDocument: document, contentChanges: null }],
  [CHANGE, { textDocument: document, contentChanges: [{ text: 7 }] }],
  [CHANGE, { textDocument: document, contentChanges: [{ text: '', range: { start } }] }],
  [
    CHANGE,
    { textDocument: document, contentChanges: [{ text: '', range: { start, end: { line: -1, character: 0 } } }] },
  ],
  [CHANGE, { textDocument: { uri: 'file:///a.py', version: null }, contentChanges: [] }],
  ['textDocument/didClose', {}],
  ['textDocument/didSave', { textDocument: 'a.py' }],
  ['workspace/didChangeWatchedFiles', { changes: [{ uri: 7, type: 1 }] }],
  ['workspace/didChangeWatchedFiles', { changes: 7 }],
  ['workspace/didChangeConfiguration', 7],
  ['window/workDoneProgress/cancel', null],
  ['$/cancelRequest', null],
  ['$/cancelRequest', { id: {} }],
  ['$/setTrace', {}],
  ['$/progress', null],
];

for (const [method, params] of WRONG_NOTIFICATIONS) {
  test(`a notification with wrong parameters is dropped with one line: ${method} ${JSON.stringify(params)}`, () => {
    const { letIn, written, send } = door();
    send({ method, params });
    assert.deepEqual(letIn, []);
    assert.equal(written.length, 1);
    const { method: logged, params: line } = written[0] as { method: string; params: { message: string } };
    assert.equal(logged, 'window/logMessage');
    assert.match(line.message, /^A notification was dropped: [^\n]+\.$/);
  });
}

test('before "initialize" requests are refused and notifications dropped, but for "exit"', () => {
  const { letIn, written, send } = door({ isInitialized: false });
  send({ id: 7, method: 'understudy/history' });
  send({ id: 8, method: 'shutdown' });
  send({ method: 'textDocument/didOpen', params: {} });
  send({ method: 'initialized', params: {} });
  const errors = written as { id: number; error: { code: number } }[];
  assert.deepEqual(
    errors.map(({ id, error }) => [id, error.code]),
    [
      [7, -32002],
      [8, -32002],
    ],
  );
  assert.deepEqual(letIn, []);
  send({ method: 'exit' });
  assert.equal(letIn.length, 1);
});

test('a second "initialize" is refused', () => {
  const { letIn, written, send } = door();
  send({ ...INITIALIZE, id: 2 });
  assert.deepEqual(letIn, []);
  assert.equal((written[0] as { error: { code: number } }).error.code, -32600);
});

test('after "shutdown" requests are refused and notifications dropped, but for "exit"', () => {
  const { subject, letIn, written, send } = door();
  assert.equal(subject.isShutDown, false);
  send({ id: 2, method: 'shutdown', params: null });
  assert.deepEqual(letIn, [{ jsonrpc: '2.0', id: 2, method: 'shutdown' }]);
  assert.equal(subject.isShutDown, true);
  send({ id: 3, method: 'workspace/executeCommand', params: { command: 'understudy.server.train' } });
  send({ id: 4, method: 'shutdown' });
  send({ method: 'understudy/trusted' });
  assert.deepEqual(
    written.map((answer) => (answer as { error: { code: number } }).error.code),
    [-32600, -32600],
  );
  send({ method: 'exit' });
  assert.equal(letIn.length, 2);
});

test('an id that still waits for its answer is refused, and free again after that', () => {
  const { subject, letIn, written, send } = door();
  const request = { id: 7, method: 'understudy/history' };
  send(request);
  send(request);
  send({ ...request, id: '7' });
  assert.deepEqual([letIn.length, written.length], [1, 2]);
  subject.answers.write({ jsonrpc: '2.0', id: 7, result: null } as Message);
  send(request);
  assert.equal(letIn.length, 2);
});

test('what a client forgot in a response is put in, for nobody would hear of it else', () => {
  const { letIn, send } = door();
  send({ id: 1 });
  send({ id: 2, error: null });
  send({ id: 3, error: 'no' });
  send({ id: 4, result: 7, error: null });
  assert.deepEqual(letIn, [
    { jsonrpc: '2.0', id: 1, result: null },
    { jsonrpc: '2.0', id: 2, result: null },
    { jsonrpc: '2.0', id: 3, error: { code: -32001, message: 'no' } },
    { jsonrpc: '2.0', id: 4, result: 7 },
  ]);
});

const WRONG_INITIALIZATIONS: [params: unknown, problem: RegExp][] = [
  [undefined, /its parameters/],
  [[], /its parameters have to be an object/],
  [{ capabilities: 7 }, /"capabilities" has to be Object/],
  [{ capabilities: { workspace: 'all' } }, /"capabilities.workspace" has to be/],
  [{ capabilities: {}, processId: -1 }, /"processId" has to be >=1/],
  [{ capabilities: {}, processId: 'me' }, /"processId" has to be number/],
  [{ capabilities: {}, rootUri: 7 }, /"rootUri" has to be string/],
  [{ capabilities: {}, workspaceFolders: {} }, /"workspaceFolders" has to be Array/],
  [{ capabilities: {}, workspaceFolders: [{ name: 'x' }] }, /"workspaceFolders.0.uri" is missing/],
  [{ capabilities: {}, initializationOptions: 7 }, /"initializationOptions" has to be Object/],
  [{ capabilities: {}, initializationOptions: { storage: 7 } }, /"initializationOptions.storage" has to be string/],
  [{ capabilities: {}, initializationOptions: { storage: 'x' } }, /"initializationOptions.storage" .* absolute path/],
  [{ capabilities: {}, initializationOptions: { storage: '/a\0' } }, /"initializationOptions.storage" .* absolute/],
  [{ capabilities: {}, initializationOptions: { trusted: 'yes' } }, /"initializationOptions.trusted" .* boolean/],
];

for (const [params, problem] of WRONG_INITIALIZATIONS) {
  test(`wrong parameters of "initialize" are named, and it may be tried again: ${JSON.stringify(params)}`, () => {
    const { letIn, written, send } = door({ isInitialized: false });
    send({ ...INITIALIZE, params });
    assert.deepEqual(letIn, []);
    const { error } = written[0] as { error: { code: number; message: string } };
    assert.equal(error.code, -32602);
    assert.match(error.message, problem);
    assert.match(error.message, /^[^\n]+\.$/);
    send(INITIALIZE);
    assert.equal(letIn.length, 1);
  });
}

test('what clients leave out of "initialize" is nothing to refuse', () => {
  for (const params of [
    {},
    { capabilities: null, initializationOptions: null, rootUri: null, workspaceFolders: null },
  ]) {
    const { letIn, send } = door({ isInitialized: false });
    send({ ...INITIALIZE, params: { ...params, initializationOptions: [] } });
    assert.deepEqual(
      letIn.map((message) => (message as typeof INITIALIZE).params.capabilities),
      [{}],
    );
  }
});
