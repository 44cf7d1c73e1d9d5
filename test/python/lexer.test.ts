import assert from 'node:assert/strict';
import test from 'node:test';
import { Lexer } from '../../src/python/lexer';

const after = (text: string) => new Lexer().read(text);

/** Closing brackets still needed, the innermost first. */
function closers(lexer: Lexer): string {
  let found = '';
  for (let bracket = lexer.brackets; bracket !== null; bracket = bracket.outer) {
    found += String.fromCharCode(bracket.closer);
  }
  return found;
}

/** Columns of the open blocks, the innermost first. */
function columns(lexer: Lexer): number[] {
  const found: number[] = [];
  for (let indent: Lexer['indents'] | null = lexer.indents; indent !== null; indent = indent.outer) {
    found.push(indent.column);
  }
  return found;
}

test('knows where it is', () => {
  const places: [string, string][] = [
    ['', 'code'],
    ['x = "', 'string'],
    ['x = "a', 'string'],
    ['x = "a"', 'code'],
    ['x = ""', 'code'],
    ['x = """', 'string'],
    ['x = """"', 'string'],
    ['x = """""', 'string'],
    ['x = """"""', 'code'],
    ['x = "a\\"', 'string'],
    ['x = r"a\\"', 'string'],
    ['x = "a\\\\"', 'code'],
    ['x = \'a"', 'string'],
    ['x = "a\\\n', 'string'],
    ['x = """a\n', 'string'],
    ['x  # a "', 'comment'],
    ['x  # a\n', 'code'],
    ['"#', 'string'],
    ['f"a', 'string'],
    ['f"{', 'field'],
    ['f"{{', 'string'],
    ['f"{{{', 'field'],
    ['f"{a', 'field'],
    ['f"{a}', 'string'],
    ['f"{a}"', 'code'],
    ['f"{a:', 'string'],
    ['f"{a:{', 'field'],
    ['f"{a:{b}', 'string'],
    ['f"{a:{b}}', 'string'],
    ['f"{a:{b}}"', 'code'],
    ['f"{a[1:', 'field'],
    ['f"{a!r:', 'string'],
    ['f"{a != b', 'field'],
    ['f"{a["', 'string'],
    ['f"{a["b"', 'field'],
    ['f"{f"{', 'field'],
    ['f"{f"{1}"', 'field'],
    ['f"{f"{1}"}"', 'code'],
    ['f"""{a}"', 'string'],
    ['f"\\N{', 'string'],
    ['f"\\N{DASH}{', 'field'],
    ['rf"\\N{', 'field'],
    ['f"\\{', 'field'],
    ['"{', 'string'],
    ['b"{', 'string'],
    ['RB"""\n"', 'string'],
  ];
  for (const [text, place] of places) {
    assert.equal(after(text).place, place, text);
  }
});

test('keeps the open brackets, those of replacement fields as well', () => {
  const cases: [string, string][] = [
    ['f(a[{', '}])'],
    ['f(a[{1: 2}', '])'],
    ['f("[{")', ''],
    ['f(  # )]}', ')'],
    ['f("""\n)', ')'],
    ['x = f(f"{a[', ']})'],
    ['x = f(f"{a[0]}', ')'],
    ['x = f"{{[', ''],
    ['f"{a:{{1: 2}', '}}'],
    ['f"{a:{{1: 2}}', '}'],
    ['f(a,\n  b', ')'],
  ];
  for (const [text, expected] of cases) {
    assert.equal(closers(after(text)), expected, text);
  }
});

test('keeps the current token and its characters so far', () => {
  const cases: [string, string, string, boolean][] = [
    ['', 'none', '', false],
    ['ret', 'identifier', 'ret', true],
    ['x ', 'identifier', 'x', false],
    ['x\f', 'identifier', 'x', false],
    ['x.é_1', 'identifier', 'é_1', true],
    ['0xF', 'number', '0xF', true],
    ['1e', 'number', '1e', true],
    ['1e-5', 'number', '1e-5', true],
    ['1e-5-', 'operator', '-', true],
    ['1el', 'identifier', 'el', true],
    ['x[.5', 'number', '.5', true],
    ['x.', 'operator', '.', true],
    ['x **=', 'operator', '**=', true],
    ['x = ...', 'operator', '...', true],
    ['f(', 'opener', '(', true],
    ['f()', 'closer', ')', true],
    ['x = rb"a"', 'string', 'rb', false],
    ['x # comment', 'identifier', 'x', false],
    ['x\n', 'none', '', false],
    ['(x\n', 'identifier', 'x', false],
  ];
  for (const [text, token, characters, isOpen] of cases) {
    const lexer = after(text);
    assert.deepEqual([lexer.token, lexer.text, lexer.isOpen], [token, characters, isOpen], text);
  }
});

test('keeps the columns of the open blocks; blank lines, comments and joined lines do not count', () => {
  const cases: [string, number[]][] = [
    ['if a:\n    b', [4, 0]],
    ['if a:\n    ', [0]],
    ['if a:\n    if b:\n        c\n', [8, 4, 0]],
    ['if a:\n    if b:\n        c\n    d', [4, 0]],
    ['if a:\n    if b:\n        c\nd', [0]],
    ['if a:\n    b\n\n# c\n  # d\n', [4, 0]],
    ['if a:\n    b = (\n1,\n        2)\n', [4, 0]],
    ['if a:\n    b = \\\n1\n', [4, 0]],
    ['if a:\n    b = """\nc\n"""\n', [4, 0]],
    ['if a:\n\tb', [8, 0]],
    ['if a:\n  \tb', [8, 0]],
    ['if a:\n  b\n\f\nc', [0]],
    ['if a:\r\n    b\r\n', [4, 0]],
    ['if a:\r    b\r', [4, 0]],
  ];
  for (const [text, expected] of cases) {
    assert.deepEqual(columns(after(text)), expected, text);
  }
});

test('knows that a block must follow a colon at the end of a line', () => {
  const cases: [string, boolean][] = [
    ['if a:\n', true],
    ['if a:  # b\n', true],
    ['if a:\n\n  # b\n', true],
    ['if a:\n  b', false],
    ['if a: b\n', false],
    ['x: int\n', false],
    ['x = {a:\n', false],
    ['# a:\n', false],
    ['"a:"\n', false],
    ['f(a,\n  b):\n', true],
  ];
  for (const [text, expected] of cases) {
    assert.equal(after(text).expectsBlock, expected, text);
  }
});

test('goes on after text that is not Python', () => {
  assert.equal(after('x = "a\n').place, 'code');
  assert.deepEqual(columns(after('x = "a\nif b:\n  c')), [2, 0]);
  assert.equal(closers(after('f(a]')), ')');
  assert.equal(closers(after('f([a)')), '');
  assert.equal(closers(after('a)')), '');
  assert.equal(after('f"{a:"').place, 'code');
  assert.equal(closers(after('f"{a:"')), '');
  assert.equal(after('f"a}b').place, 'string');
  assert.equal(after('a \\ b').place, 'code');
  assert.deepEqual(columns(after('if a:\n    b\n  c')), [2, 0]);
  assert.equal(after('a ? $ ! ` \0').place, 'code');
});

test('a fork goes its own way', () => {
  const lexer = after('f(a, "');
  const fork = lexer.fork();
  fork.read('")\n');
  assert.equal(lexer.place, 'string');
  assert.equal(closers(lexer), ')');
  assert.equal(fork.mode, 'indent');
  assert.deepEqual(lexer, after('f(a, "'));
});
