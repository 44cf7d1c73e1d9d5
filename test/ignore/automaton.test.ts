import assert from 'node:assert/strict';
import test from 'node:test';
import { Automaton } from '../../src/ignore/automaton';
import { parseGlob } from '../../src/ignore/glob';
import { wildmatch } from '../../src/ignore/wildmatch';

function automatonOf(glob: string): Automaton {
  const expression = parseGlob(glob);
  assert.ok(expression, `${glob} is understood`);
  return new Automaton(expression);
}

test('globs match as in VS Code and in shells', () => {
  const matching: [string, string[], string[]][] = [
    ['a/*.py', ['a/b.py', 'a/.py'], ['a/b/c.py', 'b.py']],
    ['**/a?', ['ab', 'x/y/ab'], ['a', 'a/b', 'x/abc']],
    ['a/**/b', ['a/b', 'a/x/y/b'], ['ab', 'a/xb']],
    ['{a,b{c,d},}.py', ['a.py', 'bc.py', 'bd.py', '.py'], ['b.py', 'ad.py']],
    ['{**/a,b}.py', ['a.py', 'x/a.py', 'b.py'], ['x/b.py']],
    ['@(a|b)c', ['ac', 'bc'], ['c', 'abc']],
    ['?(a|b)c', ['ac', 'c'], ['abc']],
    ['*(a|b)c', ['c', 'ababc'], ['adc']],
    ['+(ab)c', ['abc', 'ababc'], ['c', 'aabc']],
    ['[!a-c]\\*', ['d*'], ['a*', 'dx', '/*']],
    ['{{cookiecutter.slug}}', ['{{cookiecutter.slug}}'], ['cookiecutter.slug']],
    ['😀?', ['😀a'], ['😀']],
  ];
  for (const [glob, yes, no] of matching) {
    const automaton = automatonOf(glob);
    for (const text of yes) {
      assert.ok(automaton.accepts(text), `${glob} matches ${text}`);
    }
    for (const text of no) {
      assert.ok(!automaton.accepts(text), `${glob} does not match ${text}`);
    }
  }
});

test('an automaton has few states for each character of its pattern, nested however deep', () => {
  const depth = 200;
  for (const glob of [
    `${'+('.repeat(depth)}a${')'.repeat(depth)}`,
    `${'*('.repeat(depth)}a|b${')'.repeat(depth)}`,
    '{a,b}'.repeat(depth),
    '*a'.repeat(depth),
  ]) {
    const { states } = automatonOf(glob);
    assert.ok(states <= 4 * glob.length, `${states} states for ${glob.length} characters`);
  }
});

test('patterns of git that are never right match nothing', () => {
  for (const pattern of ['a\\', '[a', '[[:nope:]]', '[a\\']) {
    assert.equal(wildmatch(pattern, false), null, pattern);
  }
});
