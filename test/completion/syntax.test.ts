import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Syntax } from '../../src/completion/code-aware/syntax';
import { SyntaxCache } from '../../src/completion/syntax-cache';
import { Random } from '../../src/model/random';
import { ALPHABET_SIZE, characterOf } from '../../src/python/alphabet';
import { Typist } from './typing';

/** All that can be told of where a text stands. */
function told(syntax: Syntax): object {
  const isAllowed = Array.from({ length: ALPHABET_SIZE }, (_, symbol) =>
    syntax.allows(characterOf(symbol).charCodeAt(0)),
  );
  return { lexer: syntax.lexer, site: syntax.site, isAllowed };
}

test('after any edits the syntax is what it is when the text is read from scratch', async () => {
  const random = new Random(5);
  const cache = new SyntaxCache();
  const typists = Array.from({ length: 3 }, () => new Typist(random));
  for (let edit = 0; edit < 1000; edit++) {
    const typist = typists[Math.floor(random.next() * typists.length)]!;
    typist.act();
    const before = typist.text.slice(0, typist.cursor);
    const syntax = await cache.after(`file:///${typists.indexOf(typist)}.py`, before);
    assert.deepEqual(told(syntax), told(new Syntax().read(before)), `edit ${edit}`);
  }
});
