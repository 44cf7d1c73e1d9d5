import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Completer } from '../../src/completion/completer';
import type { Expert, Reader } from '../../src/completion/experts/expert';
import { networkExpert } from '../../src/completion/experts/network-expert';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine';
import { initialise } from '../../src/model/initialise';
import type { Explanation } from '../../src/protocol/completion';
import { gru } from '../models';
import { singleText, surePerLine } from './single-text';

const BALANCED = { suggestions: 'balanced' } as const;
const SCRIPT = 'import os\n\nprint(os.getcwd())\nx = 1\n';
const at = (text: string) => ({ uri: 'file:///a.py', text });

async function completeEnd(
  completer: Completer,
  text: string,
  options: Parameters<Completer['complete']>[2] = BALANCED,
) {
  return completer.complete(at(text), text.length, options);
}

test('the rest of the line is shown with its probability', async () => {
  const { expert } = surePerLine(SCRIPT, (offset) => (offset === 13 ? 0.9 : 1));
  const explanation = await completeEnd(new Completer(expert), 'import os\n\npr');
  assert.equal(explanation.text, 'int(os.getcwd())');
  assert.equal(explanation.shown, true);
  // Of the doubtful tenth, what cannot come here is no doubt.
  const { probability } = explanation;
  assert.ok(probability > 0.9 && probability < 0.95, `${probability}`);
  assert.deepEqual([explanation.droppedBy, explanation.reason], [null, null]);
  assert.equal(explanation.characters.length, explanation.candidate.length);
});

test('modes differ in how sure a suggestion has to be', async () => {
  const { expert } = surePerLine(SCRIPT, (offset) => (offset === 15 ? 0.6 : 1));
  const completer = new Completer(expert);
  const text = 'import os\n\nprin';
  assert.equal((await completeEnd(completer, text, { suggestions: 'balanced' })).droppedBy, 'too-unsure');
  assert.equal((await completeEnd(completer, text, { suggestions: 'eager' })).text, 't(os.getcwd())');
});

test('an explanation decides alike, but shows the candidate to the line end', async () => {
  const { expert } = surePerLine(SCRIPT, (offset) => (offset === 15 ? 0.05 : 1));
  const completer = new Completer(expert);
  const document = at('import os\n\nprin');
  const quick = await completer.complete(document, document.text.length, BALANCED);
  const full = await completer.explain(document, document.text.length, BALANCED);
  assert.equal(quick.candidate, 't');
  assert.equal(full.candidate, 't(os.getcwd())');
  assert.deepEqual([full.droppedBy, full.text], [quick.droppedBy, quick.text]);
  assert.match(full.reason ?? '', /^[A-Z].*\.$/);
});

test('an explanation decides alike where only its longer candidate is what the next line says', async () => {
  const { expert } = surePerLine('import os\n\nos.getcwd()\n', (offset) => (offset === 14 ? 0.05 : 1));
  const document = at('import os\n\n\nos.getcwd()\n');
  const completer = new Completer(expert);
  const { text } = await completer.complete(document, 11, BALANCED);
  const full = await completer.explain(document, 11, BALANCED);
  assert.deepEqual([text, full.text, full.candidate], ['os.', 'os.', 'os.getcwd()']);
});

test('typing what is shown is answered without any step, to its last character', async () => {
  const { expert, work } = surePerLine(SCRIPT);
  const completer = new Completer(expert, { now: () => 0 });
  const start = 'import os\n\np';
  const shown = (await completeEnd(completer, start)).text;
  const steps = work.symbols;
  for (let typed = 1; typed < shown.length; typed++) {
    assert.equal((await completeEnd(completer, start + shown.slice(0, typed))).text, shown.slice(typed));
  }
  assert.equal((await completeEnd(completer, start)).text, shown, 'deleting shows it again');
  assert.equal(work.symbols, steps);
});

test('what was read and typed past is not shown again, though a surer beginning of it may be', async () => {
  const { expert } = surePerLine(SCRIPT, (offset) => (offset === SCRIPT.indexOf('getcwd') ? 0.95 : 1));
  let now = 0;
  const completer = new Completer(expert, { now: () => now });
  const start = 'import os\n\np';
  assert.equal((await completeEnd(completer, start)).text, 'rint(os.getcwd())');
  now += 10_000;
  assert.equal((await completeEnd(completer, start)).text, 'rint(os.getcwd())', 'whoever only looks declines nothing');
  now += 10_000;
  assert.equal((await completeEnd(completer, `${start}r`)).text, 'int(os.');
  now += 10_000;
  const declined = await completeEnd(completer, `${start}ri`);
  assert.deepEqual([declined.text, declined.droppedBy], ['', 'declined']);
  assert.equal((await completeEnd(completer, `${start}rint(os.g`)).droppedBy, 'declined');
  assert.equal((await completeEnd(completer, `${start}x`)).droppedBy === 'declined', false, 'something else was typed');
  assert.equal((await completeEnd(completer, start)).text, 'rint(os.getcwd())', 'all of it was deleted');
});

test('what nobody has seen is not declined by typing on', async () => {
  const { expert } = surePerLine(SCRIPT);
  let now = 0;
  const completer = new Completer(expert, { now: () => now });
  const start = 'import os\n\np';
  const unseen = { ...BALANCED, isSeen: false };
  assert.equal((await completeEnd(completer, start, unseen)).text, 'rint(os.getcwd())');
  now += 10_000;
  assert.equal((await completeEnd(completer, `${start}r`, unseen)).text, 'int(os.getcwd())');
  completer.see();
  now += 10_000;
  assert.equal((await completeEnd(completer, `${start}ri`, unseen)).droppedBy, 'declined');
});

test('what was declined is forgotten with the first text that does not agree with it, even where the work is given up', async () => {
  const { expert } = surePerLine(SCRIPT);
  let now = 0;
  const completer = new Completer(expert, { now: () => now });
  const start = 'import os\n\np';
  const shown = await completeEnd(completer, start);
  now += 10_000;
  assert.equal((await completeEnd(completer, `${start}r`)).droppedBy, 'declined');
  await assert.rejects(completeEnd(completer, `${start}r `, { ...BALANCED, signal: AbortSignal.abort() }));
  assert.equal((await completeEnd(completer, `${start}r`)).text, shown.text.slice(1));
});

test('a suggestion of another mode is not shown on', async () => {
  const { expert } = surePerLine(SCRIPT, (offset) => (offset === 15 ? 0.6 : 1));
  const completer = new Completer(expert);
  const text = 'import os\n\nprin';
  assert.equal((await completeEnd(completer, text, { suggestions: 'eager' })).shown, true);
  assert.equal((await completeEnd(completer, text, { suggestions: 'balanced' })).droppedBy, 'too-unsure');
});

test('a suggestion of another document is not shown on', async () => {
  const { expert, work } = surePerLine(SCRIPT);
  const completer = new Completer(expert);
  const text = 'import os\n\np';
  await completeEnd(completer, text);
  const steps = work.symbols;
  await completer.complete({ uri: 'file:///b.py', text }, text.length, BALANCED);
  assert.ok(work.symbols > steps);
});

test('text to the right that has changed is seen', async () => {
  const { expert } = surePerLine(SCRIPT);
  const completer = new Completer(expert);
  const before = 'import os\n\nprint';
  assert.equal((await completeEnd(completer, before)).text, '(os.getcwd())');
  const closed = await completer.complete(at(`${before}()`), before.length + 1, BALANCED);
  assert.equal(closed.text, 'os.getcwd()');
  const same = await completer.complete(at(`${before}(o}`), before.length + 2, BALANCED);
  assert.equal(same.text, 's.getcwd())', 'the same length to the right, but another closer');
});

test('accepting what is shown leaves only the next character to read', async () => {
  const { expert, work } = surePerLine(SCRIPT);
  const completer = new Completer(expert);
  const start = 'import os\n\np';
  const shown = (await completeEnd(completer, start)).text;
  const steps = work.symbols;
  await completer.complete(at(`${start}${shown}\nx`), (start + shown).length + 2, BALANCED);
  assert.ok(work.symbols - steps <= 2 + ' = 1'.length, `${work.symbols - steps} steps`);
});

test('positions outside the document mean its start and end', async () => {
  const { expert } = surePerLine(SCRIPT);
  const completer = new Completer(expert);
  const text = 'import os\n\np';
  assert.equal((await completer.complete(at(text), 1e9, BALANCED)).text, 'rint(os.getcwd())');
  assert.equal((await completer.complete(at(''), -5, BALANCED)).text, 'import os');
  assert.equal((await completer.complete(at(''), Number.NaN, BALANCED)).text, 'import os');
});

test('requests at the same time are answered each for its own text', async () => {
  const model = gru(1, 8);
  const network = networkExpert(await createReferenceEngine().createPredictor(model, initialise(model, 3)));
  const texts = ['import os', 'import sys', 'def f(x):\n    return', 'imp', 'def g(x):\n', 'import sys as'];
  const together = new Completer(network);
  await together.explain(at('imp'), 3, BALANCED);
  const answers = await Promise.all(texts.map((text) => together.explain(at(text), text.length, BALANCED)));
  for (const [i, text] of texts.entries()) {
    const alone = await new Completer(network).explain(at(text), text.length, BALANCED);
    assert.deepEqual(rounded(answers[i]!), rounded(alone), text);
  }
});

/** Networks round their state between calls. */
function rounded({ candidate, characters }: Explanation) {
  return { candidate, probabilities: characters.map(({ probability }) => probability.toFixed(5)) };
}

test('a cancelled request is rejected, and the next one is answered', async () => {
  const { expert } = surePerLine(SCRIPT);
  const completer = new Completer(expert);
  const signal = AbortSignal.abort();
  await assert.rejects(completeEnd(completer, 'import os\n\np', { ...BALANCED, signal }), { name: 'AbortError' });
  assert.equal((await completeEnd(completer, 'import os\n\np')).text, 'rint(os.getcwd())');
});

test('several lines are shown where all of them are sure, one where text stands to the right', async () => {
  const { expert } = singleText(SCRIPT);
  const completer = new Completer(expert);
  const before = 'import os\n\nprint(';
  assert.equal((await completeEnd(completer, before)).text, 'os.getcwd())\nx = 1');
  assert.equal((await completer.complete(at(`${before})`), before.length, BALANCED)).text, 'os.getcwd()');
});

test('in a hurry, whole tokens of what is known by then are shown', async () => {
  const { expert } = singleText(SCRIPT);
  const hurry = new AbortController();
  const hurrying: Expert = {
    open: async (name) => hurryAfter(await expert.open(name), 'import os\n\nprint(os.getc'.length - 1),
  };
  function hurryAfter(reader: Reader, length: number): Reader {
    return {
      get probabilities() {
        return reader.probabilities;
      },
      async advance(symbols) {
        await reader.advance(symbols);
        length -= symbols.length;
        if (length < 0) {
          hurry.abort();
        }
      },
      fork: () => hurryAfter(reader.fork(), length),
    };
  }
  const { text } = await completeEnd(new Completer(hurrying), 'import os\n\npri', { ...BALANCED, hurry: hurry.signal });
  assert.equal(text, 'nt(os.');
});

test('where the expert is late the quick one completes, and the expert reads on for the next request', async () => {
  await quickThenExpert('');
});

test('the same after a long text, which the quick one has read by then', async () => {
  await quickThenExpert(`# ${'-'.repeat(300)}\n`);
});

async function quickThenExpert(start: string): Promise<void> {
  const script = start + SCRIPT;
  const before = `${start}import os\n\npri`;
  const hurry = new AbortController();
  let goOn = () => {};
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const { expert, work } = surePerLine(script);
  const late: Expert = { open: async (name) => slow(await expert.open(name)) };
  function slow(reader: Reader): Reader {
    return {
      get probabilities() {
        return reader.probabilities;
      },
      async advance(symbols) {
        hurry.abort();
        await mayGoOn;
        await reader.advance(symbols);
      },
      fork: () => slow(reader.fork()),
    };
  }
  const quick = surePerLine(script.replace('getcwd', 'getpid')).expert;
  const completer = new Completer(late, { quick });
  const first = await completeEnd(completer, before, { ...BALANCED, hurry: hurry.signal });
  assert.equal(first.text, 'nt(os.getpid())');

  goOn();
  await completer.idle();
  assert.equal(work.symbols, before.length);
  const second = await completer.explain(at(before), before.length, BALANCED);
  assert.equal(second.candidate, 'nt(os.getcwd())');
  assert.equal(work.symbols, before.length + second.candidate.length, 'nothing is read twice');
}

test('a symbol outside the alphabet ends the text', async () => {
  const { expert } = singleText('name = "caf\u00e9"\n');
  const explanation = await completeEnd(new Completer(expert), 'name');
  assert.equal(explanation.candidate, ' = "caf');
});
