import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Constraint } from '../../../src/completion/code-aware/constraint';
import { Syntax } from '../../../src/completion/code-aware/syntax';
import { ANY_NAME, type Names, Vocabulary } from '../../../src/completion/code-aware/vocabulary';
import { Random } from '../../../src/model/random';
import { ALPHABET_SIZE, characterOf, symbolOf, UNKNOWN } from '../../../src/python/alphabet';
import { isBlank, isCloser, LINE_FEED } from '../../../src/python/characters';
import { Lexer } from '../../../src/python/lexer';

const symbol = (character: string) => symbolOf(character.charCodeAt(0));
const after = (before: string, known: Names = ANY_NAME) => new Constraint(new Syntax().read(before), known);

test('a forbidden character gets nothing, one that makes a name up little, any other its own', () => {
  const probabilities = new Float32Array(ALPHABET_SIZE).fill(0.5);
  const weights = after('x = [kno', Vocabulary.of(['known'])).weigh(probabilities);
  assert.equal(weights[symbol(')')], 0);
  assert.equal(weights[symbol('w')], 0.5);
  assert.ok(weights[symbol('x')]! > 0 && weights[symbol('x')]! < 0.05);
  assert.ok(weights[symbol(']')]! > 0 && weights[symbol(']')]! < 0.05);
});

test('where all that is allowed is impossible to the expert, it is possible still', () => {
  const probabilities = new Float32Array(ALPHABET_SIZE);
  probabilities[symbol(')')] = 1;
  const weights = after('x = [1').weigh(probabilities);
  assert.equal(weights[symbol(')')], 0);
  assert.ok(weights[symbol(']')]! > 0);
});

test('code is written in the alphabet; strings and comments may hold more', () => {
  assert.equal(after('x = ').factor(UNKNOWN), 0);
  assert.equal(after('').factor(UNKNOWN), 0);
  assert.equal(after('x = "').factor(UNKNOWN), 1);
  assert.equal(after('# ').factor(UNKNOWN), 1);
});

const STRUCTURE = Array.from('()[]{}\'"\'"\n\n  :,=fx1', symbol);

/** Any symbol, often one that gives code its structure. */
function anySymbol(random: Random): number {
  const among = Math.floor(random.next() * 2 * STRUCTURE.length);
  return STRUCTURE[among] ?? Math.floor(random.next() * ALPHABET_SIZE);
}

const BEFORE = 'def f():\n    if x:\n        y\n';

/** Goes on after `BEFORE` with random characters that the constraint allows; `look` sees each before it is written. */
function scribble(random: Random, length: number, look: (lexer: Lexer, unit: number) => void): void {
  const constraint = after(BEFORE);
  const lexer = new Lexer().read(BEFORE);
  for (let written = 0; written < length; ) {
    const drawn = anySymbol(random);
    if (constraint.factor(drawn) === 0) {
      continue;
    }
    const unit = characterOf(drawn).charCodeAt(0);
    look(lexer, unit);
    constraint.advance(drawn);
    lexer.advance(unit);
    written++;
  }
}

test('random characters close only what is open, end strings in their line and indent as blocks do', () => {
  const shownSuggestions = { closers: 0, strings: 0, indents: 0 };
  const look = (lexer: Lexer, unit: number) => {
    if (lexer.mode === 'code' && isCloser(unit)) {
      shownSuggestions.closers++;
      assert.equal(lexer.brackets?.closer, unit, 'a wrong closer');
    }
    if (lexer.mode === 'string' && !lexer.string!.isTriple) {
      if (unit === lexer.string!.quote) {
        shownSuggestions.strings++;
      }
      assert.ok(unit !== LINE_FEED || lexer.escape === 'backslash', 'a string that runs over its line');
    }
    if (lexer.mode === 'indent' && isBlank(unit)) {
      shownSuggestions.indents++;
      assert.ok(lexer.expectsBlock || lexer.column < lexer.indents.column, 'further right than any block');
    }
  };
  for (let seed = 0; seed < 200; seed++) {
    scribble(new Random(seed), 100, look);
  }
  assert.ok(
    shownSuggestions.closers > 100 && shownSuggestions.strings > 100 && shownSuggestions.indents > 30,
    JSON.stringify(shownSuggestions),
  );
});
