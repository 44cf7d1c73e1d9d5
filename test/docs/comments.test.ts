import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { globSync } from 'tinyglobby';

const ROOT = join(__dirname, '../..');

/** Columns of a line of code, which the formatters do not enforce in comments. */
const COLUMNS = 120;

/** Source files, without what is built or fetched, and without inputs and expected outputs of tests. */
function sourceFiles(): string[] {
  const ignore = ['native/build', 'test/fixtures', 'test/golden', 'test/vscode/fixture'].map(
    (folder) => `${folder}/**`,
  );
  return globSync('{base-model,bench,native,scripts,src,test}/**/*.{ts,tsx,mjs,h,cc,py}', { cwd: ROOT, ignore });
}

/** Comment lines, and code with a comment after it, of more than `COLUMNS` characters, each as "file:line". */
function tooLong(name: string, text: string): string[] {
  const comment = name.endsWith('.py') ? /^\s*#|\s# / : /^\s*(?:\/\/|\/\*|\*)|\s\/\/ /;
  return text
    .split('\n')
    .flatMap((line, at) => ([...line].length > COLUMNS && comment.test(line) ? [`${name}:${at + 1}`] : []));
}

test('a comment line has at most 120 columns', () => {
  const names = sourceFiles();
  assert.ok(names.length > 400, `only ${names.length} files were found`);
  assert.deepEqual(
    names.flatMap((name) => tooLong(name, readFileSync(join(ROOT, name), 'utf8'))),
    [],
  );
});

test('a long comment line is found in every language', () => {
  const words = 'word '.repeat(COLUMNS / 5);
  assert.deepEqual(tooLong('a.ts', `/**\n * ${words}\n */\n// ${words}\n/** ${words}*/`), [
    'a.ts:2',
    'a.ts:4',
    'a.ts:5',
  ]);
  assert.deepEqual(tooLong('a.cc', `  /// ${words}\n// é${'x'.repeat(COLUMNS - 4)}`), ['a.cc:1']);
  assert.deepEqual(tooLong('a.py', `# ${words}\nprint("${words}")`), ['a.py:1']);
});
