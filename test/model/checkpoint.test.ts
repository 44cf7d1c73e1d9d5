import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import {
  ALPHABET,
  type CheckpointMetadata,
  FORMAT_VERSION,
  type FullState,
  readCheckpoint,
  writeCheckpointFile,
} from '../../src/model/checkpoint';
import { initialise } from '../../src/model/initialise';
import { bytesOf, decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../src/model/safetensors';
import { UserError } from '../../src/protocol/user-error';
import { encode } from '../../src/python/alphabet';
import { gru, rnn } from '../models';

const folder = mkdtempSync(path.join(tmpdir(), 'understudy-checkpoint-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string) => path.join(folder, `${name}.safetensors`);

const model = gru(2, 5);
const metadata: CheckpointMetadata = {
  formatVersion: FORMAT_VERSION,
  model,
  alphabet: ALPHABET,
  epoch: 0.4,
  step: 123,
  trainBpc: 1.5,
  validationBpc: null,
  validationAccuracy: 0.625,
  corpusFingerprint: 'abc',
  preset: 'talk',
  operatingPoints: {
    quiet: { threshold: 0.7, saved: 0.39, shown: 300, accepted: 0.86 },
    balanced: { threshold: 0.35, saved: 0.5, shown: 300, accepted: 0.63 },
    eager: { threshold: 0.26, saved: 0.53, shown: 300, accepted: 0.56 },
    memory: true,
  },
};
const parameters = initialise(model, 1);
const full: FullState = {
  unaveraged: null,
  firstMoment: initialise(model, 2),
  secondMoment: initialise(model, 3),
  hidden: initialise(model, 4).slice(0, 2 * 3 * 5),
  batch: 3,
  seqlen: 7,
  position: { step: 123, random: [1, 2, 3, 4], nested: { text: 'ü' } },
};

test('the alphabet in the header is that of src/text, in order', () => {
  assert.deepEqual(
    encode(ALPHABET),
    Uint8Array.from({ length: 98 }, (_, symbol) => symbol),
  );
});

test('parameters and metadata come back as they were written', async () => {
  await writeCheckpointFile(file('model'), parameters, metadata);
  assert.deepEqual(await readCheckpoint(file('model')), { metadata, parameters, full: null });
});

test('the full training state comes back bit for bit', async () => {
  await writeCheckpointFile(file('full'), parameters, metadata, full);
  assert.deepEqual(await readCheckpoint(file('full')), { metadata, parameters, full });
  const ofAverage = { ...full, unaveraged: initialise(model, 5) };
  await writeCheckpointFile(file('full'), parameters, metadata, ofAverage);
  assert.deepEqual(await readCheckpoint(file('full')), { metadata, parameters, full: ofAverage });
});

test("tensors stand in the file under TensorFlow's names and shapes", async () => {
  await writeCheckpointFile(file('names'), parameters, metadata);
  const { tensors, metadata: header } = decodeSafetensors(readFileSync(file('names')));
  assert.deepEqual(
    [...tensors].map(([name, { shape }]) => `${name} ${shape}`),
    [
      'cell_0/gru_cell/gates/kernel 103,10',
      'cell_0/gru_cell/gates/bias 10',
      'cell_0/gru_cell/candidate/kernel 103,5',
      'cell_0/gru_cell/candidate/bias 5',
      'cell_1/gru_cell/gates/kernel 10,10',
      'cell_1/gru_cell/gates/bias 10',
      'cell_1/gru_cell/candidate/kernel 10,5',
      'cell_1/gru_cell/candidate/bias 5',
      'softmax/kernel 5,98',
      'softmax/bias 98',
    ],
  );
  assert.equal(header.model, '{"cell":"gru","layers":2,"units":5}');
  assert.equal(header.epoch, '0.4');
});

test('an RNN comes back as one, and a file that names no cell holds GRUs', async () => {
  const plain = rnn(2, 5);
  const ofPlain = { metadata: { ...metadata, model: plain }, parameters: initialise(plain, 1), full: null };
  await writeCheckpointFile(file('rnn'), ofPlain.parameters, ofPlain.metadata);
  assert.deepEqual(await readCheckpoint(file('rnn')), ofPlain);
  // As the first versions wrote it: without a cell of its own, which JSON leaves out.
  const { cell: _, ...older } = model;
  await writeCheckpointFile(file('older'), parameters, {
    ...metadata,
    model: Object.assign(Object.create(model), older),
  });
  const { metadata: header } = decodeSafetensors(readFileSync(file('older')));
  assert.equal(header.model, '{"layers":2,"units":5}');
  assert.deepEqual((await readCheckpoint(file('older'))).metadata.model, model);
});

test('writing replaces the file and leaves nothing beside it', async () => {
  const own = mkdtempSync(path.join(folder, 'replace-'));
  const target = path.join(own, 'x.safetensors');
  await writeCheckpointFile(target, parameters, metadata, full);
  writeFileSync(`${target}.partial`, 'left by a killed process');
  await writeCheckpointFile(target, parameters, { ...metadata, step: 124 });
  assert.equal((await readCheckpoint(target)).metadata.step, 124);
  assert.deepEqual(readdirSync(own), ['x.safetensors']);
});

/** Asserts that reading fails with one sentence that names the file and matches. */
async function assertRefused(target: string, message: RegExp): Promise<void> {
  await assert.rejects(readCheckpoint(target), (error: Error) => {
    assert.ok(error instanceof UserError, String(error.stack));
    assert.match(error.message, message);
    assert.ok(error.message.includes(target) && !error.message.includes('\n'), error.message);
    return true;
  });
}

test('a missing file is refused', () => assertRefused(file('nowhere'), /no checkpoint/));

test('a folder in its place is refused', () => assertRefused(folder, /cannot be read/));

test('another kind of file is refused', async () => {
  writeFileSync(file('text'), 'def hello():\n    print("hello")\n');
  await assertRefused(file('text'), /not a safetensors file/);
});

test('a safetensors file of something else is refused', async () => {
  writeFileSync(file('other'), Buffer.concat(encodeSafetensors(new Map(), { format: 'pt' })));
  await assertRefused(file('other'), /not an Understudy checkpoint/);
});

test('a file cut short at any of several lengths is refused', async () => {
  await writeCheckpointFile(file('whole'), parameters, metadata, full);
  const bytes = readFileSync(file('whole'));
  for (const length of [0, 1, 7, 8, 9, 500, 3000, bytes.length - 4, bytes.length - 1]) {
    writeFileSync(file('cut'), bytes.subarray(0, length));
    await assertRefused(file('cut'), /cut short/);
  }
});

test('a file with any one of many bytes flipped is refused', async () => {
  await writeCheckpointFile(file('whole'), parameters, metadata, full);
  const bytes = readFileSync(file('whole'));
  // Flipping this bit of the padding after the header's last brace gives no valid JSON either.
  const headerEnd = 8 + Number(bytes.readBigUint64LE(0));
  for (let place = 0; place < bytes.length; place += place < headerEnd ? 13 : 211) {
    const edited = Buffer.from(bytes);
    edited[place]! ^= 0x10;
    writeFileSync(file('flipped'), edited);
    await assertRefused(file('flipped'), /damaged|edited|cut short|not an? |newer|another alphabet/);
  }
});

type Edit = (tensors: Map<string, StoredTensor>, header: Record<string, string>) => void;

const EDITS: Record<string, [Edit, RegExp]> = {
  'a newer format version': [
    (_, header) => {
      header.formatVersion = '2';
    },
    /format version 2, which needs a newer Understudy/,
  ],
  'another alphabet': [
    (_, header) => {
      header.alphabet = JSON.stringify('abc');
    },
    /another alphabet/,
  ],
  'an edited weight': [
    (tensors) => {
      (tensors.get('softmax/bias') as StoredTensor).data[0]! += 1e-3;
    },
    /checksum/,
  ],
  'an edited figure': [
    (_, header) => {
      header.validationBpc = '0.1';
    },
    /checksum/,
  ],
  'tensors with names exchanged': [
    (tensors) => {
      const [a, b] = ['cell_0/gru_cell/candidate/bias', 'cell_1/gru_cell/candidate/bias'];
      const [first, second] = [tensors.get(a) as StoredTensor, tensors.get(b) as StoredTensor];
      first.data[0] = 1;
      tensors.set(a, second).set(b, first);
    },
    /checksum/,
  ],
  'a tensor left out': [
    (tensors) => {
      tensors.delete('softmax/bias');
    },
    /checksum/,
  ],
  'another shape': [
    (tensors) => {
      const { data } = tensors.get('softmax/kernel') as StoredTensor;
      tensors.set('softmax/kernel', { shape: [98, 5], data });
    },
    /checksum/,
  ],
  'units that are no number': [
    (_, header) => {
      header.model = '{"layers":2,"units":"five"}';
    },
    /its model\.units/,
  ],
};

for (const [what, [edit, message]] of Object.entries(EDITS)) {
  test(`refused: ${what}`, async () => {
    await writeCheckpointFile(file('edit'), parameters, metadata, full);
    const { tensors, metadata: header } = decodeSafetensors(readFileSync(file('edit')));
    edit(tensors, header);
    writeFileSync(file('edit'), Buffer.concat(encodeSafetensors(tensors, header)));
    await assertRefused(file('edit'), message);
  });
}

/**
 * Writes what `writeCheckpointFile` would not: a file with a right checksum and this header, and no tensors but those
 * given.
 */
function writeRaw(target: string, header: Record<string, unknown>, tensors = new Map<string, StoredTensor>()): void {
  const fields = Object.fromEntries(Object.entries(header).map(([key, value]) => [key, JSON.stringify(value)]));
  const hash = createHash('sha256');
  for (const key of Object.keys(fields).sort()) {
    hash.update(JSON.stringify([key, fields[key]]));
  }
  for (const name of [...tensors.keys()].sort()) {
    const { shape, data } = tensors.get(name) as StoredTensor;
    hash.update(JSON.stringify([name, shape])).update(bytesOf(data));
  }
  writeFileSync(target, Buffer.concat(encodeSafetensors(tensors, { ...fields, checksum: hash.digest('hex') })));
}

test('the checksum of these tests is that of checkpoints', async () => {
  await writeCheckpointFile(file('whole'), parameters, metadata);
  writeRaw(file('raw'), { ...metadata }, decodeSafetensors(readFileSync(file('whole'))).tensors);
  assert.deepEqual(readFileSync(file('raw')), readFileSync(file('whole')));
});

const ABSURD: Record<string, [Record<string, unknown>, RegExp]> = {
  'a thousand million layers': [{ model: gru(1e9, 5) }, /layers must be .* from 1 to 16, not 1000000000/],
  'a hundred thousand units': [{ model: gru(2, 100_000) }, /units must be .* from 1 to 8192, not 100000/],
  'more parameters than can be trained': [{ model: gru(16, 8192) }, /million parameters/],
  'the largest network without its tensors': [{ model: gru(8, 2048) }, /has no "cell_0/],
  'a minibatch of more rows than can be trained': [{ batch: 1e9, seqlen: 7, position: {} }, /its batch is/],
  'an epoch that is no number': [{ epoch: 'x' }, /its epoch is/],
  'steps below none': [{ step: -1 }, /its step is/],
};

for (const [what, [change, message]] of Object.entries(ABSURD)) {
  test(`refused before anything of its size is made: ${what}`, async (t) => {
    const made = t.mock.method(globalThis, 'Float32Array');
    writeRaw(file('absurd'), { ...metadata, ...change });
    await assertRefused(file('absurd'), message);
    const lengths = made.mock.calls.map((call) => Number([...call.arguments].at(0)));
    assert.ok(!lengths.some((length) => length > 1000), `${lengths}`);
  });
}

test('a number too large for JavaScript is refused', async () => {
  const fields = Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, JSON.stringify(value)]));
  writeFileSync(file('huge'), Buffer.concat(encodeSafetensors(new Map(), { ...fields, step: '1e999' })));
  await assertRefused(file('huge'), /not an Understudy checkpoint/);
});

test('a file far larger than its own header allows is refused unread', async () => {
  await writeCheckpointFile(file('large'), parameters, metadata, full);
  // A hole: it takes no room on the disk, but would in memory.
  truncateSync(file('large'), 1.5e9);
  const before = process.memoryUsage().rss;
  await assertRefused(file('large'), /cannot be read: it is too large/);
  assert.ok(process.memoryUsage().rss - before < 5e8);
});

test('a pipe in its place is refused', { skip: process.platform === 'win32' }, async () => {
  execFileSync('mkfifo', [file('pipe')]);
  await assertRefused(file('pipe'), /cannot be read: it is not a regular file/);
});

test('keys of JavaScript’s objects do nothing', async () => {
  await writeCheckpointFile(file('whole'), parameters, metadata, full);
  const { tensors } = decodeSafetensors(readFileSync(file('whole')));
  const position = JSON.parse('{"__proto__":{"polluted":1},"step":1}');
  const { batch, seqlen } = full;
  writeRaw(file('proto'), { ...metadata, batch, seqlen, position }, tensors);
  const read = await readCheckpoint(file('proto'));
  assert.deepEqual(read.full?.position, { step: 1 });
  assert.ok(!('polluted' in (read.full?.position ?? {})) && !('polluted' in {}));
});

test('parameters that are not those of the model are a defect, and nothing is written', async () => {
  await assert.rejects(writeCheckpointFile(file('defect'), parameters.slice(1), metadata), /elements for shape/);
  await assert.rejects(readCheckpoint(file('defect')), /no checkpoint/);
});

test('a folder that is not there is told in one sentence', async () => {
  const target = path.join(folder, 'nowhere', 'x.safetensors');
  await assert.rejects(writeCheckpointFile(target, parameters, metadata), (error: Error) => {
    return error instanceof UserError && error.message.includes(target) && !error.message.includes('\n');
  });
});

/** A tmpfs too small for a second checkpoint; null where none can be mounted. */
function mountSmallDisk(): string | null {
  const disk = mkdtempSync(path.join(folder, 'disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'tmpfs', disk], { stdio: 'ignore' });
    return disk;
  } catch {
    return null;
  }
}

test('a full disk leaves the old file, nothing beside it, and one sentence', async (t) => {
  const disk = mountSmallDisk();
  if (disk === null) {
    return t.skip('needs the right to mount a tmpfs (root on Linux)');
  }
  try {
    const target = path.join(disk, 'x.safetensors');
    await writeCheckpointFile(target, parameters, metadata, full);
    await assert.rejects(writeCheckpointFile(target, parameters, { ...metadata, step: 124 }, full), (error: Error) => {
      assert.ok(error instanceof UserError, error.stack);
      assert.match(error.message, /^The disk is full.*free some space/);
      return true;
    });
    assert.equal((await readCheckpoint(target)).metadata.step, 123);
    assert.deepEqual(readdirSync(disk), ['x.safetensors']);
  } finally {
    execFileSync('umount', [disk]);
  }
});
