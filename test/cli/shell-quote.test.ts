import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { shellQuoted } from '../../src/cli/shell-quote';
import { printable } from '../../src/protocol/printable';
import { temporaryFolder } from '../training/project';

const HOSTILE = [
  'cp$(touch pwned)',
  '`touch pwned`',
  "it's",
  `'"; touch pwned; "'`,
  'a; touch pwned',
  'a && touch pwned',
  'a\ntouch pwned\n',
  '\n\n',
  'hey!!',
  '~',
  '~root',
  '#comment',
  '*',
  '{a,b}',
  '=ls',
  '%self',
  '--resume',
  '-',
  'a\\',
  'a\\n%s%d\\033',
  '$HOME',
  'a\u001b[2J\u001b]0;x\u0007',
  "a\u0007!it's $(touch pwned)",
  '\u202egnp.py',
  '\u009b2J',
  'Zoë 你好',
];

for (const shell of ['sh', 'bash', 'zsh']) {
  const isThere = process.platform !== 'win32' && spawnSync(shell, ['-c', ':']).status === 0;
  test(`a quoted path is that path to ${shell}, and runs nothing`, {
    skip: !isThere && `there is no ${shell}`,
  }, (t) => {
    const folder = temporaryFolder(t);
    for (const path of HOSTILE) {
      const quoted = shellQuoted(path, 'linux');
      assert.equal(printable(quoted), quoted, 'it can be shown as it is');
      const { stdout, stderr } = spawnSync(shell, ['-c', `printf '%s|' ${quoted}`], { cwd: folder, encoding: 'utf8' });
      const words = stdout.split('|');
      assert.equal(words.length, 2, `${quoted} is one word: ${stdout}${stderr}`);
      assert.equal(resolve(words[0]!), resolve(path), quoted);
      assert.ok(!existsSync(join(folder, 'pwned')), quoted);
    }
  });
}

test('plain paths stay plain, the others are quoted as people would', () => {
  const quoted = (path: string) => shellQuoted(path, 'darwin');
  assert.equal(quoted('/home/me/shop-1.2/src'), '/home/me/shop-1.2/src');
  assert.equal(quoted('my shop'), "'my shop'");
  assert.equal(quoted("it's"), "'it'\\''s'");
  assert.equal(quoted('-x'), './-x');
  assert.equal(quoted('a\u001b'), `"$(printf 'a\\033')"`);
});

test('on Windows a path is quoted for cmd.exe and PowerShell alike', () => {
  const quoted = (path: string) => shellQuoted(path, 'win32');
  assert.equal(quoted('C:\\Users\\me\\shop-1.2'), 'C:\\Users\\me\\shop-1.2');
  assert.equal(quoted('C:\\my shop & more'), '"C:\\my shop & more"');
  assert.equal(quoted('C:\\my shop\\'), '"C:\\my shop\\\\"');
  assert.equal(quoted("it's"), `"it's"`);
  assert.equal(quoted('-x'), '.\\-x');
  assert.equal(quoted('a$(calc)`b'), '"a`$(calc)``b"');
  assert.equal(quoted('a\u201d; calc'), '"a`\u201d; calc"');
});
