import assert from 'node:assert/strict';
import test from 'node:test';
import {
  isExponentOrElse,
  isNumber,
  type NumberState,
  numberAfter,
  numberFrom,
} from '../../src/python/numeric-literal';

const DIGITS = '\\d(?:_?\\d)*';
const WITH_POINT = `(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})`;
const NOT_OLD_OCTAL = '(?!0[\\d_]*[1-9][\\d_]*$)';

/**
 * Python's numeric literals as an expression: too slow to try again at each digit, but short enough to be seen right.
 */
const NUMBER = new RegExp(
  '^(?:0[xX](?:_?[\\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|' +
    `${NOT_OLD_OCTAL}${WITH_POINT}(?:[eE][-+]?${DIGITS})?[jJ]?)$`,
);

/** Whether a number may begin with the text. */
function isBeginning(text: string): boolean {
  return ['', '0', '0j'].some((rest) => NUMBER.test(text + rest));
}

/** Of each kind of character that numbers tell apart one or two, and some that they do not have. */
const CHARACTERS = Array.from('0178_.eE+-jXxoBbfag( é');

test('the automaton tells of every beginning of a number what the expression does', () => {
  let texts: [string, NumberState][] = [
    ...Array.from('0178', (digit): [string, NumberState] => [digit, numberFrom(digit.charCodeAt(0))]),
    ['.5', 'fraction'],
  ];
  let told = 0;
  for (let length = 1; length <= 5; length++) {
    const longer: [string, NumberState][] = [];
    for (const [text, state] of texts) {
      assert.equal(isNumber(state), NUMBER.test(text), text);
      assert.equal(isExponentOrElse(state), /^[\d_.]+e$/.test(text), text);
      for (const character of CHARACTERS) {
        const next = numberAfter(state, character.charCodeAt(0));
        assert.equal(next !== null, isBeginning(text + character), text + character);
        if (next !== null) {
          longer.push([text + character, next]);
        }
      }
    }
    told += texts.length;
    texts = longer;
  }
  assert.ok(told > 10_000, `${told} beginnings`);
});
