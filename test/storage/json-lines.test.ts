import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as v from 'valibot';
import { parseJson } from '../../src/storage/json';
import { appendLine, keepLines, readLastLine, readLines } from '../../src/storage/json-lines';
import { temporaryFolder } from '../training/project';

const Line = v.object({ epoch: v.number() });
const posix = { skip: process.platform === 'win32' ? 'Windows has neither' : false };

test('lines are read back without those that are torn, edited or of another kind', async (t) => {
  const path = join(temporaryFolder(t), 'metrics.jsonl');
  assert.deepEqual(readLines(path, Line), []);
  appendLine(path, { epoch: 1 });
  appendLine(path, { epoch: 2 });
  const odd = ['{"epoch":1e999}', '{"epoch":"3"}', '[]', '', '{"__proto__":{"epoch":4}}', '{"epo'];
  writeFileSync(path, `${readFileSync(path, 'utf8')}${odd.join('\n')}`);
  assert.deepEqual(readLines(path, Line), [{ epoch: 1 }, { epoch: 2 }]);
  await keepLines(path, Line, ({ epoch }) => epoch > 1);
  assert.equal(readFileSync(path, 'utf8'), '{"epoch":2}\n');
});

test('the last line that fits is found, and lines can be told by a text that they contain', (t) => {
  const path = join(temporaryFolder(t), 'metrics.jsonl');
  assert.equal(readLastLine(path, Line), null);
  writeFileSync(path, '{"epoch":1}\n{"epoch":2,"kind":"b"}\n{"epoch":"3"}\n{"epo');
  assert.deepEqual(readLastLine(path, Line), { epoch: 2 });
  assert.deepEqual(readLines(path, Line, '"kind":"b"'), [{ epoch: 2 }]);
});

test('a line is added to a file of the folder alone, not to what a link or a pipe leads to', posix, (t) => {
  const folder = temporaryFolder(t);
  const [link, pipe, victim] = ['link', 'pipe', 'victim'].map((name) => join(folder, name));
  writeFileSync(victim!, 'untouched');
  symlinkSync(victim!, link!);
  execFileSync('mkfifo', [pipe!]);
  assert.throws(() => appendLine(link!, {}), { code: 'ELOOP' });
  assert.throws(() => appendLine(pipe!, {}), { code: 'ENXIO' });
  assert.throws(() => readLines(pipe!, Line), { code: 'ENOTREG' });
  assert.equal(readFileSync(victim!, 'utf8'), 'untouched');
});

test('numbers too large for JavaScript are no JSON, keys of prototypes are keys like any other', () => {
  for (const text of ['1e999', '[-1E+400]', `{"a":${'9'.repeat(400)}}`]) {
    assert.throws(() => parseJson(text), SyntaxError);
  }
  assert.deepEqual(parseJson('[1e308, 1e-999, "1e999"]'), [1e308, 0, '1e999']);
  const value = parseJson('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.ok(!('polluted' in {}));
});
