import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancellationToken, CancellationTokenSource, InlineCompletionTriggerKind } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Memory } from '../../../src/memory/memory';
import { encode } from '../../../src/python/alphabet';
import { InlineCompletions } from '../../../src/server/services/inline-completions';
import { CompletionModel } from '../../../src/server/services/models';
import { DEFAULTS } from '../../../src/server/services/settings';
import { SuggestionStatistics } from '../../../src/server/services/statistics';
import { chainPredictor } from '../fake-predictor';

const URI = 'file:///a.py';
const STATE = { epoch: 1, bpc: 1, memory: null };

interface EditorOptions {
  readonly rangeFromLineStart?: boolean;
  /** Instead of the predictor's. */
  readonly given?: CompletionModel;
}

/** A document in an editor, and the predictor's door, which can be shut. */
function editor(text: string, chain = 'print(x)', { rangeFromLineStart = true, given }: EditorOptions = {}) {
  let open = () => {};
  let opened = Promise.resolve();
  const document = TextDocument.create(URI, 'python', 1, text);
  const documents = new Map([[URI, document]]);
  const predictor = chainPredictor(chain, () => opened);
  const model = given ?? new CompletionModel({ ...STATE, predictor });
  const log: string[] = [];
  const settings = { ...DEFAULTS };
  const statistics = new SuggestionStatistics('/nowhere/statistics.json');
  const completions = new InlineCompletions({
    document: (uri) => documents.get(uri),
    settings: async () => settings,
    model: () => model,
    nameOf: () => 'a.py',
    statistics,
    rangeFromLineStart,
    log: (line) => log.push(line),
  });
  return {
    documents,
    predictor,
    model,
    settings,
    completions,
    log,
    shut: () => {
      opened = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
    replace(start: number, end: number, inserted: string, { isForeseen = true } = {}) {
      const range = { start: document.positionAt(start), end: document.positionAt(end) };
      TextDocument.update(document, [{ range, text: inserted }], document.version + 1);
      if (isForeseen) {
        completions.changed(document);
      }
    },
    ask(character: number, { line = 0, token = CancellationToken.None, automatic = false } = {}) {
      const triggerKind = automatic ? InlineCompletionTriggerKind.Automatic : InlineCompletionTriggerKind.Invoked;
      const params = { textDocument: { uri: URI }, position: { line, character }, context: { triggerKind } };
      return completions.answer(params, token);
    },
  };
}

/** All that needs no outside event has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function rangeTo(character: number, line = 0) {
  return { start: { line, character: 0 }, end: { line, character } };
}

test('the range starts at the line start and the text with what stands there', async () => {
  const { ask } = editor('y = 1\n    pr');
  assert.deepEqual(await ask(6, { line: 1 }), [{ insertText: '    print(x)', range: rangeTo(6, 1) }]);
});

test('surrogate pairs before the cursor count as two, as LSP counts', async () => {
  const { ask } = editor('"\u{1f600}";pr');
  assert.deepEqual(await ask(7), [{ insertText: '"\u{1f600}";print(x)', range: rangeTo(7) }]);
});

test('a position past the line or the document means its end', async () => {
  const { ask } = editor('y = 1\npr');
  assert.deepEqual(await ask(99, { line: 1 }), [{ insertText: 'print(x)', range: rangeTo(2, 1) }]);
  assert.deepEqual(await ask(5, { line: 99 }), [{ insertText: 'print(x)', range: rangeTo(2, 1) }]);
});

test('a document that is not open gets nothing', async () => {
  const { ask, documents } = editor('pr');
  documents.clear();
  assert.deepEqual(await ask(2), []);
});

test('switched off, nothing is computed', async () => {
  const { ask, settings, predictor } = editor('pr');
  settings.enable = false;
  assert.deepEqual(await ask(2), []);
  assert.equal(predictor.steps, 0);
});

test('what takes too long is answered with nothing, and is ready for the next request', async () => {
  const { ask, shut, open } = editor('pr');
  shut();
  assert.deepEqual(await ask(2, { automatic: true }), []);
  open();
  await settled();
  assert.equal((await ask(2)).length, 1);
});

test('what was found for a request that was cancelled is not declined by typing on, but what was read is', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const { ask, shut, open, replace, model } = editor('p');
  shut();
  const source = new CancellationTokenSource();
  const answer = ask(1, { token: source.token });
  source.cancel();
  assert.deepEqual(await answer, []);
  open();
  await settled();
  await model.completer.idle();
  now += 10_000;
  replace(1, 1, 'r');
  assert.deepEqual(await ask(2), [{ insertText: 'print(x)', range: rangeTo(2) }]);
  now += 10_000;
  replace(2, 2, 'i');
  assert.deepEqual(await ask(3), []);
});

test('shortly before the deadline what is known by then is shown', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { ask, shut, open, predictor } = editor('a', 'a+b-c*d/e%f&g|h^i');
  const { read } = predictor;
  predictor.read = function (state, symbols) {
    if (this.steps === 7) {
      shut();
    }
    return read.call(this, state, symbols);
  };
  const answer = ask(1, { automatic: true });
  await settled();
  t.mock.timers.tick(30);
  open();
  assert.deepEqual(await answer, [{ insertText: 'a+b-c*', range: rangeTo(1) }]);
});

test('a cancelled request is answered at once with nothing', async () => {
  const { ask, shut, open } = editor('pr');
  shut();
  const source = new CancellationTokenSource();
  const answer = ask(2, { token: source.token });
  source.cancel();
  assert.deepEqual(await Promise.race([answer, settled().then(() => 'still waiting')]), []);
  open();
  assert.equal((await ask(2)).length, 1);
});

test('a document that changed meanwhile gets nothing', async () => {
  const { ask, shut, open, replace } = editor('pr');
  shut();
  const answer = ask(2);
  replace(2, 2, 'i', { isForeseen: false });
  open();
  assert.deepEqual(await answer, []);
});

test('a document that was closed and opened again meanwhile gets nothing', async () => {
  const { ask, shut, open, documents } = editor('pr');
  shut();
  const answer = ask(2);
  documents.set(URI, TextDocument.create(URI, 'python', 1, 'other text'));
  open();
  assert.deepEqual(await answer, []);
});

test('for other editors than VS Code an item is what is added at the cursor', async () => {
  const { ask } = editor('y = 1\n    pr)', 'print(x)', { rangeFromLineStart: false });
  const at = { line: 1, character: 6 };
  assert.deepEqual(await ask(6, { line: 1 }), [{ insertText: 'int(x)', range: { start: at, end: at } }]);
});

test('asked again where nothing was typed, it says what the memory has learnt meanwhile', async () => {
  const memory = await Memory.build([], { bytes: 32 * 2 ** 20 });
  const learn = async (text: string, times: number) => {
    const reader = memory.open('other.py');
    for (let i = 0; i < times; i++) {
      await reader.train(encode(text));
    }
  };
  const { ask } = editor('with op', '', { given: new CompletionModel({ predictor: null, memory }) });
  assert.deepEqual(await ask(7), []);
  await learn('with options:\n    pass\n', 20);
  const [before] = await ask(7);
  assert.match(String(before!.insertText), /^with options:/);
  assert.deepEqual(await ask(7), [before]);
  await learn('with open(self.path) as file:\n    pass\n', 60);
  const [after] = await ask(7);
  assert.match(String(after!.insertText), /^with open\(self\.path\)/);
});

test('the work begins when something is typed, before the editor asks', async () => {
  const { ask, replace, predictor } = editor('y', 'yprint(x)');
  await ask(1);
  replace(1, 1, 'z;p');
  await settled();
  const { steps } = predictor;
  assert.deepEqual(await ask(4), [{ insertText: 'yz;print(x)', range: rangeTo(4) }]);
  assert.equal(predictor.steps, steps);
});

test('an editor that does not ask causes no work', async () => {
  const { ask, replace, predictor } = editor('y');
  replace(1, 1, 'p');
  assert.equal(predictor.steps, 0);
  await ask(2);
  replace(2, 2, 'q');
  await settled();
  const { steps } = predictor;
  replace(3, 3, 'r');
  await settled();
  assert.equal(predictor.steps, steps);
});

test('deleting is foreseen too, and an edit far above does no harm', async () => {
  const { ask, replace, predictor } = editor('abc\nprq');
  await ask(3, { line: 1 });
  replace(6, 7, '');
  await settled();
  const { steps } = predictor;
  assert.equal((await ask(2, { line: 1 })).length, 1);
  assert.equal(predictor.steps, steps);
  replace(0, 6, '');
  assert.deepEqual(await ask(0), [{ insertText: 'print(x)', range: rangeTo(0) }]);
});

test('a new model is warmed where the user is', async () => {
  const { ask, completions } = editor('y = 1\npr');
  await ask(2, { line: 1 });
  const predictor = chainPredictor('print(x)');
  const next = new CompletionModel({ ...STATE, predictor });
  await completions.warm(next);
  const { steps } = predictor;
  assert.ok(steps > 8);
  await next.completer.complete({ uri: URI, text: 'y = 1\npr' }, 8, { suggestions: 'balanced' });
  assert.equal(predictor.steps, steps);
});

test('a failing network is logged and gives nothing', async () => {
  const { ask, predictor, log } = editor('pr');
  predictor.read = () => Promise.reject(new Error('broken'));
  assert.deepEqual(await ask(2), []);
  assert.match(log.join(), /broken/);
});
