import assert from 'node:assert/strict';
import test from 'node:test';
import { Lexer } from '../../src/python/lexer';
import { allows } from '../../src/python/validity';

/** A text, characters that may follow it, and characters that may not. */
type Case = [text: string, allowed: string, forbidden: string];

function check(cases: Case[]): void {
  for (const [text, allowed, forbidden] of cases) {
    const lexer = new Lexer().read(text);
    for (const character of allowed) {
      assert.ok(allows(lexer, character.charCodeAt(0)), `${JSON.stringify(text)} may go on with ${character}`);
    }
    for (const character of forbidden) {
      assert.ok(!allows(lexer, character.charCodeAt(0)), `${JSON.stringify(text)} may not go on with ${character}`);
    }
  }
}

test('only the open bracket may be closed, and not after half an expression', () => {
  check([
    ['f(', ')', ']}'],
    ['f([', ']', ')}'],
    ['f({"a": [1', ']', ')}'],
    ['f', '([', ')]}'],
    ['"(', ')]}', ''],
    ['f(a', ')', ''],
    ['f(a +', '', ')'],
    ['f(a and', '', ')'],
    ['f(a and ', '', ')'],
    ['f(a=', '', ')'],
    ['f(a,', ')', ''],
    ['f(a, /', ')', ''],
    ['x[:', ']', ''],
    ['x[...', ']', ''],
    ['f(None', ')', ''],
    ['f((yield', ')', ''],
  ]);
});

test('a string ends in its own line, unless it is triple-quoted', () => {
  check([
    ['x = "a', '"\'(?$!\\é', '\n'],
    ['x = "a\\', '\n"n', ''],
    ['x = """a', '\n"', ''],
    ['x = b"a', '"z', 'é'],
    ['x = f"a', '{}', '\n'],
  ]);
});

test('f-strings: braces are doubled or hold an expression', () => {
  check([
    ['f"}', '}', 'a" {'],
    ['f"{', '{a("[-', '}:!=)'],
    ['f"{a', '}:!=.[(', ']'],
    ['f"{a=', '}!:= ', ')'],
    ['f"{a!', 'rsa=', 'x }'],
    ['f"{a!r', '}:', ''],
    ['f"{a:', '{}>^10 ', '"\n'],
    ['f"""{a:', '{}>"\n', ''],
    ['f"""{a:""', '', '"'],
    ['f"{a +', '', '}'],
    ['f"\\N', '{', 'a}'],
    ['f"\\N{DASH', '}A', '"\n'],
    ['f"{a} {b[', '', '}'],
  ]);
});

test('a statement begins at the column of a block that is open, or deeper after a colon', () => {
  check([
    ['', 'a\n#@"([{- ', ')]}=,:;/%?'],
    [' ', '\n# ', 'a"'],
    ['a\n    ', '\n#\t', 'a"(\\'],
    ['if a:\n', '\n# ', 'a"('],
    ['if a:\n    ', 'a"\n#', ''],
    ['if a:\n    b\n', 'a#\n ', ''],
    ['if a:\n    b\n  ', '\n# ', 'a'],
    ['if a:\n    b\n    ', 'a', ''],
    ['if a:\n    b\n     ', '\n# ', 'a'],
    ['if a:\n    if b:\n        c\n    ', 'a', ''],
    ['if a:\n    if b:\n        c\n', 'a', ''],
    ['if a:\n    if b:\n        c\n      ', '', 'a'],
    ['f(\n  ', 'a', ''],
    ['f(\n', 'a', ''],
    ['x = 1 \\\n   ', '+', ''],
  ]);
});

test('characters and tokens that Python does not have', () => {
  check([
    ['x ', '=.([+-*/%@&|^<>!,:;#\\\n', '?$`\0'],
    ['x = ', 'a1"\'([{-+~.', '?$`!/%'],
    ['x !', '=', ' a!'],
    ['x \\', '\n', ' a'],
    ['1', '0._ej+ ifaon', 'gkxb"'],
    ['0', 'xob.eE', 'g'],
    ['0x', '0aF_', 'g .('],
    ['1_', '0', '_ .('],
    ['1e', '05-+l', ' (x'],
    ['1.', '5ej ', 'r'],
    ['x = 0777', '.je', ' \n'],
    ['1i', 'fns', ' (abcm'],
    ['1a', 'n', 's '],
    ['1 a', 'ns', ' '],
    ['1f', 'o', 'r"'],
    ['1fo', 'r', ' '],
    ['1fr', '', 'o"'],
    ['x.', 'abc', '5\n'],
    ['[1, .', '5.', ''],
  ]);
});

test('two values do not stand side by side', () => {
  check([
    ['foo ', '([=.,ifaon', 'xyzbX"0{'],
    ['foo i', 'fnsm', 'a ('],
    ['foo in', ' ([', 'tx'],
    ['foo(a) ', 'iafon.[(', 'b"1{'],
    ['"a" ', '"\'frbuiaon', 'xyz1'],
    ['"a" f', '"\'ro', ' x'],
    ['1 ', 'iaof', 'b2"'],
    ['return ', 'x"1{', ''],
    ['match ', 'x"1{', ''],
    ['print ', 'x"', ''],
    ['x = None ', 'if', 'xyN'],
    ['buf', '(_1', '"'],
    ['rb', '"\'', ''],
  ]);
});

test('a line ends where a statement may', () => {
  const ends = ['x', 'x = 1', 'x = "a"', 'f(a)', 'return', 'x = ...', 'from a import *', 'x = 1,', 'x;', 'pass'];
  const goesOn = ['x =', 'x = a +', 'x = not', 'import', 'from', 'x.', 'lambda', 'a if b else', 'x ->', '@'];
  const compound = ['if a', 'else', 'try', 'def f()', 'class A', 'for x in y', 'with a as b', 'async def f()'];
  check(ends.flatMap((text): Case[] => [[text, '\n#', '']]));
  check(ends.flatMap((text): Case[] => [[`${text} `, '\n#', '']]));
  check([...goesOn, ...compound].flatMap((text): Case[] => [[text, '', '\n#']]));
  check(compound.flatMap((text): Case[] => [[`${text}:`, '\n#', '']]));
  check([...goesOn, ...compound].flatMap((text): Case[] => [[`(${text}`, '\n#', '']]));
});

test('operators that stand between values need one on their left', () => {
  check([
    ['f(', '*-+~.', '=,%/|<>;:'],
    ['x[', ':*-+~.', '=,%/|<>;'],
    ['x = ', '*-+~.', ',%/|<>;:'],
    ['x, ', '=/*', ',%'],
    ['x = a', '=,%/|<>;:!', ''],
    ['f(a', '=,:', ';'],
    ['x = a +', '-=', ',:;%/'],
    ['lambda', ':*', ',='],
    ['else', ':', ',;='],
    ['@', 'a(', '@,'],
  ]);
});
