import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownNames } from '../../../src/completion/code-aware/known-names';
import { Vocabulary } from '../../../src/completion/code-aware/vocabulary';
import { Completer } from '../../../src/completion/completer';
import type { Expert, Reader } from '../../../src/completion/experts/expert';
import { symbolOf } from '../../../src/python/alphabet';
import { surePerLine } from '../single-text';

const EAGER = { suggestions: 'eager' } as const;

const completerWith = (expert: Expert, workspace: string[]) =>
  new Completer(expert, { names: new KnownNames(Vocabulary.of(workspace)) });

/** Knows `text` by heart, but where it has to write `right` it would rather write `wrong`. */
function mistaken(text: string, right: string, wrong: string): Expert {
  const [r, w] = [right, wrong].map((character) => symbolOf(character.charCodeAt(0)));
  const wrap = (reader: Reader): Reader => ({
    get probabilities() {
      const probabilities = reader.probabilities;
      if (probabilities[r!]! > 0.5) {
        [probabilities[r!], probabilities[w!]] = [0.45, 0.55];
      }
      return probabilities;
    },
    advance: (symbols) => reader.advance(symbols),
    fork: () => wrap(reader.fork()),
  });
  return { open: async (name) => wrap(await surePerLine(text).expert.open(name)) };
}

for (const [why, before, line, right, wrong] of [
  ['the bracket that is open is closed, not another', 'rows = [', 'len(x), 1]', ']', ')'],
  ['a bracket opened in an earlier line counts', 'len(\n    [1],\n', '    x)', ')', ']'],
  ['a string does not run over its line', 'name = "', 'text"', '"', '\n'],
  ['a line does not begin where no block can stand', 'if 1:\n    pass\n', '    print(1)', 'p', ' '],
  ['a known name is preferred to one made up', 'shelves = 1\nprint(', 'shelves)', 'v', 'f'],
  ['a known name is preferred to one that goes on', 'shelves = 1\nprint(', 'shelves)', ')', 'a'],
] as const) {
  test(why, async () => {
    const expert = mistaken(`${before}${line}\n`, right, wrong);
    const explanation = await completerWith(expert, []).complete({ uri: '', text: before }, before.length, EAGER);
    assert.equal(explanation.text, line);
    const chosen = explanation.characters.find(({ text, probability }) => text === right && probability < 1);
    assert.ok(chosen!.probability > 0.9, 'what cannot come makes it no less likely');
  });
}

/** The expert is sure of all that stands between « and »; what stands after ¦ is not shown. */
for (const [why, marked] of [
  ['a name of the workspace is shown', 'print(«bookshop)¦»'],
  ["a name of Python's library is shown", 'import os\n«os.path.join(1)¦»'],
  ['a name further down in the document is shown', '«print(later)¦»\n\nlater = 1'],
  ['a new name is shown where it is introduced', '«def frobnicate(thing): pass¦»'],
  ['a suggestion ends before a name that is made up', 'x = [«1, 2, ¦frobnicate(3)]»'],
  ['a suggestion that begins with a name made up is dropped', 'print(«¦frobnicate)»'],
  ['a name made up of one that was begun is dropped', 'print(le«¦mmata)»'],
  ['what a person invents is theirs', 'frobni«cate = 1¦»'],
] as const) {
  test(why, async () => {
    const [, before, shown, hidden, after] = /^(.*)«(.*)¦(.*)»(.*)$/s.exec(marked)!;
    const { expert } = surePerLine(`${before}${shown}${hidden}\n`);
    const completer = completerWith(expert, ['bookshop']);
    const explanation = await completer.complete({ uri: '', text: before! + after! }, before!.length, EAGER);
    assert.equal(explanation.text, shown!.trimEnd());
    assert.equal(explanation.candidate, shown! + hidden!);
    if (shown === '') {
      assert.equal(explanation.droppedBy, 'unknown-name');
    }
  });
}

test("names are anybody's as long as those of the workspace are not known", async () => {
  const { expert } = surePerLine('print(frobnicate)\n');
  const names = new KnownNames();
  const completer = new Completer(expert, { names });
  const document = { uri: '', text: 'print(' };
  assert.equal((await completer.complete(document, 6, { suggestions: 'balanced' })).text, 'frobnicate)');
  names.workspace = Vocabulary.of([]);
  assert.equal((await completer.complete(document, 6, EAGER)).droppedBy, 'unknown-name');
});
