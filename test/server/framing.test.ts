import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { FramedReader } from '../../src/server/framing';

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
  for (const piece of pieces) input.write(piece);
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

const BROKEN: Record<string, string> = {
  'no length': 'Content-Type: x\r\n\r\n{}',
  'an empty length': 'Content-Length:\r\n\r\n{}',
  'a length of blanks': 'Content-Length:   \r\n\r\n{}',
  'a negative length': 'Content-Length: -5\r\n\r\n{}',
  'a length with a sign': 'Content-Length: +2\r\n\r\n{}',
  'a fraction': 'Content-Length: 2.5\r\n\r\n{}',
  'an exponent': 'Content-Length: 2e0\r\n\r\n{}',
  'a hexadecimal length': 'Content-Length: 0x2\r\n\r\n{}',
  'a word': 'Content-Length: two\r\n\r\n{}',
  'not a number': 'Content-Length: NaN\r\n\r\n{}',
  infinity: 'Content-Length: Infinity\r\n\r\n{}',
  'two numbers': 'Content-Length: 2 2\r\n\r\n{}',
  'a number and a word': 'Content-Length: 2abc\r\n\r\n{}',
  'two lengths': 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
  'a huge length': 'Content-Length: 999999999999\r\n\r\n{}',
  'a length beyond all numbers': `Content-Length: ${'9'.repeat(400)}\r\n\r\n{}`,
  'digits of another script': 'Content-Length: ２\r\n\r\n{}',
  'line feeds alone': 'Content-Length: 2\n\n{}',
  'carriage returns alone': 'Content-Length: 2\r\r{}',
  'a line feed first': '\nContent-Length: 2\r\n\r\n{}',
  'an empty header': '\r\n\r\n{}',
  'an empty line first': '\r\nContent-Length: 2\r\n\r\n{}',
  'a line without a colon': 'garbage\r\nContent-Length: 2\r\n\r\n{}',
  'a line of a colon': ':\r\nContent-Length: 2\r\n\r\n{}',
  'a blank before the colon': 'Content-Length : 2\r\n\r\n{}',
  'a blank before the name': ' Content-Length: 2\r\n\r\n{}',
  'a byte order mark': '\ufeffContent-Length: 2\r\n\r\n{}',
  'no header': '{"jsonrpc":"2.0","id":1,"method":"x"}',
  'a request of the web': 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  'binary data': '\u0000\u0001\u0002\u0003',
  'an endless header': `X: ${'x'.repeat(10_000)}`,
  'endless headers': 'X: x\r\n'.repeat(10_000),
  'another encoding': 'Content-Length: 2\r\nContent-Type: application/json; charset=utf-16\r\n\r\n{}',
  'a body that is longer than its length': 'Content-Length: 2\r\n\r\n{"a":1}',
  'a length in characters': 'Content-Length: 7\r\n\r\n{"é":1}Content-Length: 2\r\n\r\n{}',
  'a body that is shorter than its length': 'Content-Length: 50\r\n\r\n{}',
  'half a header': 'Content-Len',
  'a header without a body': 'Content-Length: 2\r\n\r\n',
};

for (const [what, text] of Object.entries(BROKEN)) {
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
