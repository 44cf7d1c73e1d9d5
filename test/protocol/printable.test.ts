import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { printable, printableJson, printableLines } from '../../src/protocol/printable';
import { UserError } from '../../src/protocol/user-error';

const HOSTILE = 'a\u001b[2J\u001b]0;x\u0007.py';

test('control characters are shown and not obeyed', () => {
  assert.equal(printable(HOSTILE), 'a\\x1b[2J\\x1b]0;x\\x07.py');
  assert.equal(printable('1\n2\r3\t4\u007f5\u009b6\u0000'), '1\\n2\\r3\\t4\\x7f5\\x9b6\\x00');
});

test('so is what ends a line or turns the direction of writing', () => {
  assert.equal(
    printable('\u2028\u2029\u202a\u202e\u2066\u2069\u200e\u200f\u061c'),
    '\\u2028\\u2029\\u202a\\u202e\\u2066\\u2069\\u200e\\u200f\\u061c',
  );
});

test('what can be seen stays as it is', () => {
  const seen = 'C:\\Users\\Zoë\\你好 — “é” 👩‍💻 a\\x1b.py';
  assert.equal(printable(seen), seen);
  assert.equal(printable(printable(HOSTILE)), printable(HOSTILE), 'twice is as good as once');
});

test('a text of several lines keeps its lines and tabs', () => {
  assert.equal(printableLines('a\n\tb\r\n\u001b\u202e'), 'a\n\tb\\r\n\\x1b\\u202e');
});

test('JSON is the same to a parser', () => {
  const value = { [HOSTILE]: '\u009b2J\u202e\u2028\u007f\n' };
  const text = printableJson(value);
  assert.deepEqual(JSON.parse(text), value);
  assert.match(text, /^[ -~]*$/);
});

test('a sentence for people quotes names harmlessly', () => {
  const cause = new Error('why');
  const error = new UserError(`There is no run at ${HOSTILE}.`, { cause });
  assert.equal(error.message, 'There is no run at a\\x1b[2J\\x1b]0;x\\x07.py.');
  assert.equal(error.cause, cause);
});

/** Files of a room in which `what` occurs. */
function filesWith(room: string, what: RegExp): string[] {
  const folder = join(__dirname, '../../src', room);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  return names.filter((name) => what.test(readFileSync(join(folder, name), 'utf8')));
}

test('text leaves for people by few doors, which make it harmless', () => {
  assert.deepEqual(filesWith('cli', /console\.\w|\bstd(?:out|err)\.write|\bstream\.write/), [
    'output.ts',
    'terminal-report.ts',
  ]);
  assert.deepEqual(filesWith('extension', /\.show(?:Information|Warning|Error)Message/), ['notify.ts']);
  assert.deepEqual(filesWith('extension', /\bnew MarkdownString|supportHtml|isTrusted = true/), ['status.ts']);
  assert.deepEqual(filesWith('panel', /innerHTML|InnerHTML|outerHTML|insertAdjacent|document\.write/), []);
  // Text goes through Preact, and what others wrote through `printableLines` (the panel's own tests).
  assert.deepEqual(filesWith('panel', /textContent = |createTextNode/), []);
});
