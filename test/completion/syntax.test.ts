import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Completer } from '../../src/completion/completer';
import type { Expert, Reader } from '../../src/completion/expert';
import { SyntaxCache } from '../../src/completion/syntax';
import { Random } from '../../src/model/random';
import { symbolOf } from '../../src/text/alphabet';
import { Lexer } from '../../src/text/lexer';
import { recital } from './recital';
import { Typist } from './typist';

test('after any edits the lexer stands where it stands when it reads the text from scratch', async () => {
  const random = new Random(5);
  const cache = new SyntaxCache();
  const typists = Array.from({ length: 3 }, () => new Typist(random));
  for (let edit = 0; edit < 1000; edit++) {
    const typist = typists[Math.floor(random.next() * typists.length)];
    typist.act();
    const before = typist.text.slice(0, typist.cursor);
    const lexer = await cache.lexerAfter(`file:///${typists.indexOf(typist)}.py`, before);
    assert.deepEqual(lexer, new Lexer().read(before), `edit ${edit}`);
    lexer.read('")]}'); // What the caller does with it is not seen by the next one.
  }
});

/** Knows `text` by heart, but where it has to write `right` it would rather write `wrong`. */
function mistaken(text: string, right: string, wrong: string): Expert {
  const wrap = (reader: Reader): Reader => ({
    get probabilities() {
      const probabilities = reader.probabilities;
      const [r, w] = [right, wrong].map((character) => symbolOf(character.charCodeAt(0)));
      if (probabilities[r] > 0.5) [probabilities[r], probabilities[w]] = [0.45, 0.55];
      return probabilities;
    },
    advance: (symbols) => reader.advance(symbols),
    fork: () => wrap(reader.fork()),
  });
  return { open: () => wrap(recital(text).expert.open()) };
}

const EAGER = { suggestions: 'eager' } as const;

for (const [why, before, line, right, wrong] of [
  ['the bracket that is open is closed, not another', 'rows = [', 'f(x), 1]', ']', ')'],
  ['a bracket opened in an earlier line counts', 'f(\n    [1],\n', '    x)', ')', ']'],
  ['a string does not run over its line', 'name = "', 'text"', '"', '\n'],
] as const) {
  test(why, async () => {
    const expert = mistaken(`${before}${line}\n`, right, wrong);
    const { text } = await new Completer(expert).complete({ uri: '', text: before }, before.length, EAGER);
    assert.equal(text, line);
  });
}
