import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editorKeys } from '../../src/simulation/editor-keys';

/** Keys of each line, its line end included. */
function keysOfLines(text: string): number[] {
  const keys = editorKeys(text);
  let at = 0;
  return text.split('\n').map((line) => {
    const count = keys.subarray(at, at + line.length + 1).reduce((sum, key) => sum + key, 0);
    at += line.length + 1;
    return count;
  });
}

test('lines are indented by the editor as the line before and its colon or bracket say', () => {
  assert.deepEqual(keysOfLines('def f():\n    x = [\n        1,\n        2,'), [9, 6, 3, 2]);
});

test('a block that ends with a return is left for nothing, any other for a key a level', () => {
  assert.deepEqual(keysOfLines('    if x:\n        return 1\n    y = 2\nz = 3'), [6, 9, 7, 5]);
});

test('a level more than the editor gives is a key, blank lines are line ends alone', () => {
  assert.deepEqual(keysOfLines('x = \\\n    1\n\n\ny'), [7, 2, 1, 2, 1]);
});

test('no text takes no keys', () => {
  assert.deepEqual(editorKeys(''), new Uint8Array(0));
});
