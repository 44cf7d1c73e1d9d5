import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Syntax } from '../../../src/completion/code-aware/syntax';

const allowed = (before: string, next: string) => new Syntax().read(before).allows(next.charCodeAt(0));

const INDENTED = 'def f():\n    if x:\n        y\n';
const TABBED = 'def f():\n\tif x:\n\t\ty\n';

const cases: [before: string, next: string, allowed: boolean][] = [
  ['', ' ', false],
  ['x = 1\n', ' ', false],
  ['x = 1\n', '\t', false],
  ['if x:\n', ' ', true],
  ['if x:\n', '\t', true],
  ['if x:\n    ', ' ', true],
  ['if x:\n', 'y', false],
  [INDENTED, ' ', true],
  [`${INDENTED}       `, ' ', true],
  [`${INDENTED}        `, ' ', false],
  [`${INDENTED}        `, 'z', true],
  [`${INDENTED}        `, '#', true],
  [`${INDENTED}    `, 'z', true],
  [`${INDENTED}     `, 'z', false],
  [`${INDENTED}     `, ' ', true],
  [`${INDENTED}    `, '\t', false],
  [`${INDENTED}    z\n    `, ' ', false],
  [`${INDENTED}\n\n# comment\n        `, ' ', false],
  [`${INDENTED}\n\n# comment\n    `, ' ', true],
  [TABBED, '\t', true],
  [TABBED, ' ', false],
  [`${TABBED}\t\t`, '\t', false],
  [`${TABBED}\tif z:\n\t`, '\t', true],
  ['f(\n', ' ', true],
  ['x = """\n', ' ', true],
  ['x = \\\n', ' ', true],
  ['x = [1)', ']', true],
  ['x = [1', ')', false],
  ["x = 'a", '\n', false],
  ['x = 1\r\n', ' ', false],
];

for (const [before, next, isAllowed] of cases) {
  test(`${JSON.stringify(before)} ${isAllowed ? 'may' : 'cannot'} go on with ${JSON.stringify(next)}`, () => {
    assert.equal(allowed(before, next), isAllowed);
  });
}

const ROOT = join(__dirname, '../../..');
const FILES = ['src', 'test']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  // The lexer's own fixtures are as odd as Python may be.
  .filter((name) => name.endsWith('.py') && !/golden|lexer/.test(name));

test('what people write is always allowed', () => {
  assert.ok(FILES.length > 10);
  for (const name of FILES) {
    const text = readFileSync(join(ROOT, name), 'utf8');
    const syntax = new Syntax();
    for (let i = 0; i < text.length; i++) {
      assert.ok(syntax.allows(text.charCodeAt(i)), `${name}: ${JSON.stringify(text.slice(i - 40, i + 1))}`);
      syntax.advance(text.charCodeAt(i));
    }
  }
});

test('a fork goes its own way', () => {
  const syntax = new Syntax().read('def f(a):\n\tfor b');
  const fork = syntax.fork();
  assert.equal(fork.site, 'binding');
  fork.read(' in c:\n\t\treturn d');
  assert.equal(fork.site, 'reference');
  assert.equal(syntax.site, 'binding');
  assert.ok(!fork.read('\n').allows(' '.charCodeAt(0)));
});

/** Names after which `!` stands are introduced, after `?` perhaps; the others are referred to. */
const SITES = [
  'a? = b = c',
  'a? = f(b, c=d)',
  'a?.b? = c[d]',
  'a?, *b? = c',
  'a?: b = c',
  'a?[b] = c',
  'a? += b',
  'a?(b)',
  'a?; b? = c',
  'import a.b as c!, d as e!',
  'from .a import b as c!',
  'def a!(b!, *, c!: d = e.f, *g!, **h!) -> i: j? = 1',
  'def a![T!](b!): pass',
  'async def a!(b!=c(d)): pass',
  'class a!(b, c=d): e? = 1',
  'for a!, (b!, *c!) in d(e): f? = 1',
  'for a!.b in c: pass',
  'x? = [a for a! in b for c! in d if e]',
  'x? = lambda a!, *b!, c!=d, **e!: a + b',
  'f?(lambda a!: b, c)',
  'f?(lambda: a, b)',
  'with a(b) as c!, d as e!: pass',
  'try: a?\nexcept b as c!: pass',
  'if a: b? = 1\nelse: c? = 2',
  'return a',
  'x? = f"{a:{b}} c {d}"',
  'x? = {a: b, **c}',
];

for (const marked of SITES) {
  test(`names that are introduced in ${JSON.stringify(marked)}`, () => {
    const syntax = new Syntax();
    let found = '';
    for (const [word] of marked.replace(/[!?]/g, '').matchAll(/\w+|\W/g)) {
      syntax.read(word);
      const isName = /^[a-zA-Z]$/.test(word) && syntax.lexer.token === 'identifier' && syntax.lexer.mode === 'code';
      const isMarked = isName && syntax.site !== 'reference';
      found += word + (isMarked ? { binding: '!', target: '?', reference: '' }[syntax.site] : '');
    }
    assert.equal(found, marked);
  });
}
