import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import {
  createProtocolConnection,
  type Position,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-protocol/node';
import { isTooLong, openDocuments } from '../../../src/server/services/documents';

const URI = 'file:///a.py';

/** A document in a client, and as the server knows it. */
async function opened(text: string) {
  const [there, back] = [new PassThrough(), new PassThrough()];
  const server = createConnection(new StreamMessageReader(there), new StreamMessageWriter(back));
  const client = createProtocolConnection(new StreamMessageReader(back), new StreamMessageWriter(there));
  const documents = openDocuments(server);
  server.listen();
  client.listen();
  const changed = () => new Promise((resolve) => documents.onDidChangeContent(resolve));
  const isOpen = changed();
  await client.sendNotification('textDocument/didOpen', {
    textDocument: { uri: URI, languageId: 'python', version: 1, text },
  });
  await isOpen;
  let version = 1;
  return {
    document: () => documents.get(URI)!,
    async change(...contentChanges: TextDocumentContentChangeEvent[]) {
      const isChanged = changed();
      version++;
      await client.sendNotification('textDocument/didChange', { textDocument: { uri: URI, version }, contentChanges });
      await isChanged;
      return documents.get(URI)!;
    },
  };
}

const at = (line: number, character: number): Position => ({ line, character });

test('what a change is told to replace past the end of a document means its end', async () => {
  const { change } = await opened('one\ntwo');
  const document = await change(
    { range: { start: at(10, 0), end: at(11, 0) }, text: '\n' },
    { range: { start: at(2, 5), end: at(99, 99) }, text: 'three\nfour' },
    { range: { start: at(0, 99), end: at(0, 2 ** 31 - 1) }, text: '!' },
  );
  assert.equal(document.getText(), 'one!\ntwo\nthree\nfour');
  const starts = [0, 5, 9, 15];
  assert.equal(document.lineCount, 4);
  assert.deepEqual(
    starts.map((_, line) => document.offsetAt(at(line, 0))),
    starts,
  );
  assert.deepEqual(
    starts.map((offset) => document.positionAt(offset)),
    starts.map((_, line) => at(line, 0)),
  );
});

test('a range that ends before it begins is turned round', async () => {
  const { change } = await opened('one\ntwo');
  const document = await change({ range: { start: at(1, 1), end: at(0, 1) }, text: '-' });
  assert.equal(document.getText(), 'o-wo');
});

test('a document of more than 2,000,000 characters is too long, until it is shorter', async () => {
  const { document, change } = await opened('x'.repeat(2_000_000));
  assert.equal(isTooLong(document()), false);
  assert.equal(isTooLong(await change({ range: { start: at(0, 0), end: at(0, 0) }, text: 'x' })), true);
  assert.equal(isTooLong(await change({ range: { start: at(0, 0), end: at(0, 1) }, text: '' })), false);
});
