import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutDuplicates } from '../../base-model/corpus/build';
import { NearDuplicates, shinglesOf } from '../../base-model/corpus/near-duplicates';
import type { LeftOutFile, SourceFile } from '../../base-model/corpus/sources';
import { Random } from '../../src/model/random';

/** Lines of made-up code, other ones for each seed. */
function code(seed: number, lines = 60): string {
  const random = new Random(seed);
  const word = () => `name_${Math.floor(random.next() * 1e6)}`;
  return Array.from({ length: lines }, () => `${word()} = ${word()}(${word()}, ${word()})[${word()}]\n`).join('');
}

function filesOf(texts: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(texts).map(([path, text]) => ({ package: 'p', project: 'p', licence: 'MIT', path, text }));
}

test('a file that is mostly another one is found, in another layout and with other comments', () => {
  const seen = new NearDuplicates<string>();
  seen.add('first', shinglesOf(code(1)));
  const copy = `# another comment\n${code(1).replaceAll(' = ', '   =  ')}${code(2, 8)}`;
  assert.equal(seen.find(shinglesOf(copy), 0.7), 'first');
  assert.equal(seen.find(shinglesOf(code(3)), 0.3), null);
});

test('a file is found in a larger one that holds it, and half a copy is none', () => {
  const seen = new NearDuplicates<string>();
  seen.add('large', shinglesOf(code(1) + code(2) + code(3)));
  assert.equal(seen.find(shinglesOf(code(2)), 0.7), 'large');
  assert.equal(seen.find(shinglesOf(code(2, 30) + code(4, 30)), 0.7), null);
});

test('the first of two copies stays, and none of what is measured on', () => {
  const excluded = new NearDuplicates<string>();
  excluded.add('django', shinglesOf(code(9)));
  const leftOut: LeftOutFile[] = [];
  const files = filesOf({ 'a.py': code(1), 'b.py': code(1), 'c.py': code(9, 30) + code(5, 30), 'd.py': code(6) });
  const kept = withoutDuplicates(files, excluded, new NearDuplicates(), leftOut);
  assert.deepEqual(
    kept.map(({ path }) => path),
    ['a.py', 'd.py'],
  );
  assert.deepEqual(
    leftOut.map(({ path, reason }) => [path, reason]),
    [
      ['b.py', 'a near-duplicate of another file'],
      ['c.py', 'a copy from a project that is measured on'],
    ],
  );
});
