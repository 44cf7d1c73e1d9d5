import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { globSync } from 'tinyglobby';

const ROOT = join(__dirname, '../..');
const files = globSync('src/**/*.ts', { cwd: ROOT });

/** Names that stand more often than `most` times, each with its number. */
function repeated(names: readonly string[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > most).map(([name, count]) => `${name} × ${count}`);
}

test('a file is found by its name: it stands at most twice, but for the entries of processes', () => {
  const names = files.map((file) => basename(file)).filter((name) => name !== 'main.ts');
  assert.ok(names.length > 200);
  assert.deepEqual(repeated(names, 2), []);
});

test('a class or type is found by its name: it is exported once', () => {
  const declaration = /^export (?:abstract )?(?:class|interface|type|enum) (\w+)/gm;
  const names = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return [...text.matchAll(declaration)].map(([, name = '']) => name);
  });
  assert.ok(names.length > 200);
  assert.deepEqual(repeated(names, 1), []);
});
