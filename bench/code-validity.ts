/**
 * Writes what is needed to judge generated code, one JSON object a line, for bench/code_validity.py:
 *
 *   npx tsx bench/code-validity.ts RUN FOLDER > shown.jsonl && python3 bench/code_validity.py shown.jsonl
 *
 * The first 200 suggestions of several tokens that somebody is shown who types held-out files in balanced mode, with
 * the network and a memory of the other files, each after the text before it; and 100 samples of 500 characters, raw
 * and code-aware.
 */
import { resolve } from 'node:path';
import { Constraint } from '../src/completion/code-aware/constraint';
import { KnownNames } from '../src/completion/code-aware/known-names';
import { Syntax } from '../src/completion/code-aware/syntax';
import { Vocabulary } from '../src/completion/code-aware/vocabulary';
import { Completer } from '../src/completion/completer';
import { loadCorpus } from '../src/corpus/corpus';
import { chooseEngine } from '../src/engine/choose';
import type { Predictor } from '../src/engine/engine';
import { generate } from '../src/generation/generate';
import { Memory } from '../src/memory/memory';
import { readCheckpoint } from '../src/model/checkpoint';
import { Random } from '../src/model/random';
import { decode } from '../src/python/alphabet';
import { identifiersOf } from '../src/python/identifiers';
import { excerptsOf } from '../src/simulation/excerpts';
import { withMemory } from '../src/simulation/systems';
import { Run } from '../src/training/run';

const SUGGESTIONS = 200;
const SAMPLES = 100;
const SAMPLE = 500;
const TYPED = 60_000;

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function main(): Promise<void> {
  const [run, folder] = process.argv.slice(2);
  const { metadata, parameters } = await readCheckpoint(new Run(run!).latestPath);
  const predictor = await chooseEngine('auto', null).engine.createPredictor(metadata.model, parameters);
  const { train, validation } = await loadCorpus([resolve(folder!)], { holdout: 'every-10th', excludes: [] });
  const workspace = new Set(train.flatMap(({ symbols }) => [...identifiersOf(decode(symbols))]));
  say({ kind: 'names', names: [...workspace] });
  const system = withMemory(await Memory.build(train), predictor);
  const names = new KnownNames(Vocabulary.of([...workspace]));
  let left = SUGGESTIONS;
  for (const { name, text, from, to } of excerptsOf(validation, TYPED)) {
    await system.learn(name, text.slice(0, from));
    let now = 0;
    const completer = new Completer(system.expert, { names, now: () => (now += 1000) });
    for (let at = from; at < to && left > 0; at++) {
      if (text[at - 1] === '\n') {
        await system.learn(name, text.slice(0, at));
      }
      const document = { uri: name, name, text: text.slice(0, at) };
      const { text: shown } = await completer.complete(document, at, { suggestions: 'balanced' });
      if (!/\w\W+\w|\W\w+\W/.test(shown)) {
        continue;
      }
      say({ kind: 'suggestion', before: text.slice(0, at), shown });
      left--;
      if (text.startsWith(shown, at)) {
        at += shown.length - 1;
      }
    }
  }
  await writeSamples(predictor, Vocabulary.of([...workspace]));
  predictor.dispose();
}

async function writeSamples(predictor: Predictor, workspace: Vocabulary): Promise<void> {
  for (let seed = 0; seed < SAMPLES; seed++) {
    const known = new KnownNames(workspace).at('sample', '', 0);
    const raw = await generate(predictor, '', SAMPLE, { temperature: 0.5 }, new Random(seed));
    const constraint = new Constraint(new Syntax(), known);
    const aware = await generate(predictor, '', SAMPLE, { temperature: 0.5 }, new Random(seed), { constraint });
    say({ kind: 'sample', raw, aware });
  }
}

void main();
