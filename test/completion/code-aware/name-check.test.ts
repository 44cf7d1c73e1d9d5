import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NameCheck } from '../../../src/completion/code-aware/name-check';
import { Syntax } from '../../../src/completion/code-aware/syntax';
import { Vocabulary } from '../../../src/completion/code-aware/vocabulary';

const KNOWN = Vocabulary.of('import as def for in if else return lambda self known known_too print'.split(' '));

/**
 * A person has typed what stands before `¦`, then the rest is written; ‹› stand around its first made-up name, if there
 * is one.
 */
const cases: string[] = [
  '¦known(‹unknown›)',
  '¦return self.‹unknown›.known',
  '¦return ‹unk›',
  '¦return known(self, ‹kno›',
  '¦self.unknown = known',
  '¦self.‹unknown›',
  '¦self.‹unknown›(known)',
  '¦‹unknown›.known = 1',
  '¦‹unknown›[0] = 1',
  '¦‹unknown› += 1',
  '¦‹unknown› if known',
  '¦‹unknown›; known',
  '¦‹unknown›, other\n',
  '¦unknown, other = known',
  '¦unknown, *other = known',
  '¦unknown: known = 1',
  '¦unknown = 1\nprint(unknown)',
  '¦for unknown in known: unknown.known',
  '¦def unknown(a, b=1): return a',
  '¦def unknown(a, b=‹c›): return a',
  '¦known(lambda a: a)',
  '¦import ‹unknown› as u',
  '¦x = rb"text" + ‹z›',
  '¦x = "unknown" # unknown\nknown',
  '¦x = f"unknown {‹unknown›}"',
  'known(kno¦wn_too)',
  'known(kno¦‹xx›)',
  'unkn¦own(known, ‹unknown_too›)',
  'self.unkn¦own(known, unknown)',
];

for (const marked of cases) {
  test(`made up in ${JSON.stringify(marked)}`, () => {
    const [before, written] = marked.split('¦');
    const check = new NameCheck(new Syntax().read(before!), KNOWN);
    const text = written!.replace(/[‹›]/g, '');
    for (const character of text) {
      check.advance(character.charCodeAt(0));
    }
    const expected = written!.indexOf('‹');
    assert.equal(check.firstMadeUp, expected < 0 ? null : expected);
  });
}

/** What may be written after the text without making up a name (1) or not (0). */
const next: [before: string, written: string, next: string, isAccepted: boolean][] = [
  ['', 'known(kn', 'o', true],
  ['', 'known(kn', 'x', false],
  ['', 'known(known', ')', true],
  ['', 'known(known', '_', true],
  ['', 'known(known_', ')', false],
  ['', 'unknow', 'n', true],
  ['', 'unknown', ' ', true],
  ['', 'unknown', '(', false],
  ['', 'unknown ', '=', true],
  ['', 'unknown ', '+', false],
  ['', 'unknown', '\n', false],
  ['', 'for unknown', ' ', true],
  ['', 'x = r', 'b', true],
  ['', 'x = rb', '"', true],
  ['', 'x = "know', 'x', true],
  ['known(unk', '', 'x', true],
  ['known(unk', '', ')', true],
  ['known(kno', '', 'x', false],
  ['known(kno', '', ')', false],
];

for (const [before, written, character, isAccepted] of next) {
  test(`after ${JSON.stringify(`${before}¦${written}`)} comes ${JSON.stringify(character)}: ${isAccepted}`, () => {
    const check = new NameCheck(new Syntax().read(before), KNOWN);
    for (const one of written) {
      check.advance(one.charCodeAt(0));
    }
    assert.equal(check.accepts(character.charCodeAt(0)), isAccepted);
  });
}
