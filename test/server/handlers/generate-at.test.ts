import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancellationToken } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { KnownNames } from '../../../src/completion/code-aware/known-names';
import { Vocabulary } from '../../../src/completion/code-aware/vocabulary';
import { generateAt } from '../../../src/server/handlers/generate-at';
import { CompletionModel } from '../../../src/server/services/models';
import { chainPredictor } from '../fake-predictor';

const URI = 'file:///a.py';

/** What a network that follows `chain` writes at the end of `text`. */
async function sample(text: string, chain: string, codeAware?: boolean): Promise<string> {
  const document = TextDocument.create(URI, 'python', 1, text);
  const model = new CompletionModel({ epoch: 1, bpc: 1, predictor: chainPredictor(chain), memory: null });
  const params = { uri: URI, position: document.positionAt(text.length), length: 1, temperature: 0.1, codeAware };
  const names = new KnownNames(Vocabulary.of([]));
  const result = await generateAt(params, CancellationToken.None, {
    document: () => document,
    model: () => model,
    names,
  });
  return 'text' in result ? result.text : '';
}

test('a sample is what the network likes', async () => {
  assert.equal(await sample('x = [1', '1)'), ')');
  assert.equal(await sample('x = [1', '1)', false), ')');
});

test('a code-aware sample knows the text before it', async () => {
  assert.notEqual(await sample('x = [1', '1)', true), ')');
  assert.equal(await sample('x = (1', '1)', true), ')');
});
