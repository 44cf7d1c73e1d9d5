import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createReferenceEngine } from '../../../src/engine/reference/reference-engine';
import { writeSample } from '../../../src/generation/sample';
import { readCheckpoint } from '../../../src/model/checkpoint';
import { Lexer } from '../../../src/python/lexer';
import { allows } from '../../../src/python/validity';
import { CodeAwareSamples } from '../../../src/server/services/code-aware-samples';
import { DEFAULTS } from '../../../src/server/services/settings';
import { WorkspaceNames } from '../../../src/server/services/workspace-names';
import { Run } from '../../../src/training/run';
import { train } from '../../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from '../../training/project';
import { readerOf } from '../reader';

/** A run of a network that has learnt next to nothing, whose samples break every rule. */
async function noisyRun(t: TestContext) {
  const folder = pythonProject(t);
  const request = smallRequest(folder, join(temporaryFolder(t), 'run'), { epochs: 0.2, seed: 7 });
  await train(request, () => {}, new AbortController().signal);
  const run = new Run(request.run);
  const names = new WorkspaceNames({ reader: readerOf([folder]), log: () => {} });
  const settings = async () => ({ ...DEFAULTS, engine: 'reference' as const });
  const of = (isTrusted: boolean) => new CodeAwareSamples({ run, settings, names, isTrusted: () => isTrusted });
  const samples = run.events().flatMap((event) => (event.kind === 'sample' ? [event] : []));
  return { run, samples, codeAware: of(true), untrusted: of(false) };
}

/** Characters that Python forbids where they stand. */
function forbidden(text: string, prompt: string): number {
  const lexer = new Lexer().read(prompt);
  let count = 0;
  for (const character of text) {
    if (!allows(lexer, character.charCodeAt(0))) {
      count++;
    }
    lexer.read(character);
  }
  return count;
}

test('a sample is written again by the same network with the same random numbers, code-aware', async (t) => {
  const { run, samples, codeAware } = await noisyRun(t);
  const { epoch, prompt, text: raw } = samples[1]!;
  const { metadata, parameters } = await readCheckpoint(run.checkpointPath(epoch));
  const predictor = await createReferenceEngine().createPredictor(metadata.model, parameters);
  const what = { prompt, length: raw.length, seed: run.info().recipe.seed };
  assert.equal(await writeSample(predictor, what, {}), raw, 'without rules it is the sample itself');

  const { text } = await codeAware.write({ epoch, prompt });
  assert.equal(text.length, raw.length);
  assert.deepEqual([forbidden(raw, prompt) > 0, forbidden(text, prompt)], [true, 0]);
  assert.deepEqual(await codeAware.write({ epoch, prompt }), { text });
});

test('every sample of the run can be written, and one that fails does not hold up the next', async (t) => {
  const { samples, codeAware } = await noisyRun(t);
  const refused = assert.rejects(codeAware.write({ epoch: 0.5, prompt: '\n' }), {
    message: 'The weights of this epoch were not kept.',
  });
  const written = await Promise.all(samples.map(({ epoch, prompt }) => codeAware.write({ epoch, prompt })));
  await refused;
  assert.deepEqual(
    written.map(({ text }, i) => forbidden(text, samples[i]!.prompt)),
    samples.map(() => 0),
  );
});

test('without its weights, and where the workspace is not trusted, nothing is written', async (t) => {
  const { run, samples, codeAware, untrusted } = await noisyRun(t);
  const { epoch, prompt } = samples[0]!;
  await assert.rejects(untrusted.write({ epoch, prompt }), { name: 'UserError', message: /not trusted/ });
  rmSync(run.checkpointPath(epoch));
  await assert.rejects(codeAware.write({ epoch, prompt }), { name: 'UserError', message: /not kept/ });
});
