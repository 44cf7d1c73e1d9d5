import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../src/model/safetensors';
import { UserError } from '../../src/protocol/user-error';

const tensors = new Map<string, StoredTensor>([
  ['b', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['a/kernel', { shape: [], data: Float32Array.of(-0.5) }],
  ['empty', { shape: [0, 4], data: new Float32Array(0) }],
]);

function encoded(...file: Parameters<typeof encodeSafetensors>): Uint8Array {
  return Uint8Array.from(Buffer.concat(encodeSafetensors(...file)));
}

/** A file with this header text and so many bytes of data. */
function fileOf(header: string, dataLength: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (shape: number[], from: number, to: number, dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

test('tensors, their order and metadata come back as they went in', () => {
  const metadata = { model: '{"layers":2}', text: 'Zürich\n\t"quoted"' };
  const decoded = decodeSafetensors(encoded(tensors, metadata));
  assert.deepEqual([...decoded.tensors], [...tensors]);
  assert.deepEqual(decoded.metadata, metadata);
});

test('the layout is that of the format: length, padded header, data in order', () => {
  const bytes = encoded(new Map([['x', { shape: [2], data: Float32Array.of(1, 2) }]]), { k: 'v' });
  const header = '{"__metadata__":{"k":"v"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
  const expected = fileOf(header.padEnd(Math.ceil(header.length / 8) * 8), 8);
  new DataView(expected.buffer).setFloat32(expected.length - 8, 1, true);
  new DataView(expected.buffer).setFloat32(expected.length - 4, 2, true);
  assert.deepEqual(bytes, expected);
});

test('what is read does not change with the bytes it was read from, wherever they lie', () => {
  const bytes = encoded(tensors, {});
  const unaligned = new Uint8Array(bytes.length + 1);
  unaligned.set(bytes, 1);
  const decoded = decodeSafetensors(Buffer.from(unaligned.buffer, 1));
  unaligned.fill(0);
  assert.deepEqual([...decoded.tensors], [...tensors]);
});

test('a file cut short anywhere is refused', () => {
  const bytes = encoded(tensors, { k: 'v' });
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeSafetensors(bytes.subarray(0, length)), UserError, `${length} bytes`);
  }
});

const MALFORMED: Record<string, [Uint8Array, RegExp]> = {
  'another kind of file': [new TextEncoder().encode('import os\nimport sys\n'), /not a safetensors file/],
  'a huge header length': [fileOf('', 0).with(7, 0x7f), /not a safetensors file/],
  'a header length within the limit but beyond the file': [fileOf('{}', 0).with(2, 1), /cut short/],
  'a header that is not JSON': [fileOf('{"x":', 0), /header/],
  'a header that is not UTF-8': [fileOf('{"x":1}', 0).with(10, 0xff), /header/],
  'a header that is a list': [fileOf('[]', 0), /header|entry/],
  'a header that is null': [fileOf('null', 0), /header/],
  'a header that begins with a blank': [fileOf(' {}', 0), /header/],
  'a tensor twice': [
    fileOf(`{"x":${JSON.stringify(entry([1], 0, 4))},"x":${JSON.stringify(entry([1], 0, 4))}}`, 4),
    /"x" twice/,
  ],
  'a key twice, spelt in two ways': [fileOf('{"__metadata__":{"a{b":"1","a\\u007bb":"2"}}', 0), /"a\{b" twice/],
  'a header longer than any network needs': [fileOf('{}'.padEnd(1_000_001), 0), /not a safetensors file/],
  'metadata that is not text': [fileOf(JSON.stringify({ __metadata__: { k: 1 } }), 0), /metadata/],
  'an entry without a shape': [fileOf(JSON.stringify({ x: { dtype: 'F32', data_offsets: [0, 4] } }), 4), /"x"/],
  'a negative offset': [fileOf(JSON.stringify({ x: entry([1], -4, 0) }), 4), /"x"/],
  'a fractional shape': [fileOf(JSON.stringify({ x: entry([0.5, 2], 0, 4) }), 4), /"x"/],
  'another number type': [fileOf(JSON.stringify({ x: entry([1], 0, 2, 'F16') }), 2), /F16/],
  'a shape that does not fit the data': [fileOf(JSON.stringify({ x: entry([3], 0, 8) }), 8), /shape/],
  'a gap between tensors': [fileOf(JSON.stringify({ x: entry([1], 0, 4), y: entry([1], 8, 12) }), 12), /"y"/],
  'tensors that overlap': [fileOf(JSON.stringify({ x: entry([2], 0, 8), y: entry([1], 4, 8) }), 8), /"y"/],
  'bytes after the last tensor': [fileOf(JSON.stringify({ x: entry([1], 0, 4) }), 5), /last tensor/],
};

for (const [what, [bytes, message]] of Object.entries(MALFORMED)) {
  test(`refused in one sentence: ${what}`, () => {
    assert.throws(
      () => decodeSafetensors(bytes),
      (error) => error instanceof UserError && message.test(error.message) && !error.message.includes('\n'),
    );
  });
}

test('a key of JavaScript’s objects is a name like any other', () => {
  const hostile = fileOf('{"__metadata__":{"__proto__":"x","constructor":"y"}}', 0);
  const { metadata } = decodeSafetensors(hostile);
  assert.equal(Object.getPrototypeOf(metadata), Object.prototype);
  assert.equal(metadata.constructor, 'y');
  const named = fileOf(`{"__proto__":${JSON.stringify(entry([1], 0, 4))}}`, 4);
  assert.throws(() => decodeSafetensors(named), UserError);
});

test('the same key may stand in several objects', () => {
  const header = JSON.stringify({ __metadata__: { x: '{"x":"\\"x\\":"}' }, x: entry([1], 0, 4), y: entry([1], 4, 8) });
  assert.equal(decodeSafetensors(fileOf(header, 8)).tensors.size, 2);
});
