import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { FramedReader } from '../../../src/server/transport/framing';
import { BROKEN_FRAMINGS } from './broken-framings';

/** What becomes of an input, given in pieces, that ends then. */
async function read(...pieces: (string | Buffer)[]) {
  const input = new PassThrough();
  const messages: unknown[] = [];
  const errors: string[] = [];
  let garbage = 0;
  const reader = new FramedReader(input, () => garbage++);
  reader.onError(({ message }) => errors.push(message));
  const closed = new Promise<void>((resolve) => reader.onClose(resolve));
  reader.listen((message) => messages.push(message));
  for (const piece of pieces) {
    input.write(piece);
  }
  input.end();
  await closed;
  return { messages, errors, garbage };
}

const framed = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

test('messages are read, however the input is cut and whatever else their headers say', async () => {
  const text = [
    framed('{"a":"é\u{1f600}"}'),
    'content-length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n\r\n{}',
    'X-Other: 7\r\nContent-Length:2\r\n\r\n[]',
  ].join('');
  const expected = { messages: [{ a: 'é\u{1f600}' }, {}, []], errors: [], garbage: 0 };
  assert.deepEqual(await read(text), expected);
  const bytes = Buffer.from(text);
  assert.deepEqual(await read(...Array.from(bytes, (byte) => Buffer.of(byte))), expected);
});

test('a message that is no JSON is told, and the next one is read', async () => {
  const text = framed('{{{{{') + framed('') + framed('{"a":1} x') + framed('{"a":1}');
  assert.deepEqual(await read(text), { messages: [{ a: 1 }], errors: [], garbage: 3 });
});

for (const [what, text] of Object.entries(BROKEN_FRAMINGS)) {
  test(`what cannot be understood is one error, and the end: ${what}`, async () => {
    for (const pieces of [[text], Array.from(Buffer.from(text), (byte) => Buffer.of(byte))]) {
      const { messages, errors } = await read(...pieces, framed('{"after":1}'));
      assert.match(errors.join('|'), /^[^|\n]+\.$/);
      assert.deepEqual(
        messages.filter((message) => typeof message === 'object' && 'after' in message!),
        [],
      );
    }
  });
}

test('what cannot become a header is an error before the input ends', async () => {
  for (const text of ['{"jsonrpc"', 'Content-Length: 2\n', 'hello world', 'Content-Length: 2\r\n\r\n{}{']) {
    const input = new PassThrough();
    const reader = new FramedReader(input, () => {});
    const failed = new Promise<Error>((resolve) => reader.onError(resolve));
    reader.listen(() => {});
    input.write(text);
    assert.match((await failed).message, /\.$/);
  }
});
