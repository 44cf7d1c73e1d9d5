import { Command, Option } from 'commander';
import { Constraint } from '../completion/code-aware/constraint';
import { KnownNames } from '../completion/code-aware/known-names';
import { Syntax } from '../completion/code-aware/syntax';
import { generate } from '../generation/generate';
import type { SamplingMethod } from '../generation/sampling';
import { marksOf } from '../inspection/marks';
import { Random } from '../model/random';
import { numbers, SEED, wholeNumbers } from '../protocol/range';
import { ALPHABET_SIZE } from '../python/alphabet';
import type { Run } from '../training/run';
import { knownNamesIn } from './known-names-in';
import { type EngineOptions, withModel } from './model';
import { engineOption, epochOption, jsonOption, numberIn, threadsOption } from './options';
import { print, printJson } from './output';
import { findRun } from './run-paths';
import { marksContextOf, marksText } from './sample-marks';

interface SampleOptions extends EngineOptions {
  readonly epoch?: number;
  readonly prompt: string;
  readonly length: number;
  readonly temperature: number;
  readonly top?: number;
  readonly seed: number;
  readonly codeAware?: boolean;
  readonly marks?: boolean;
  readonly json?: boolean;
}

export function sampleCommand(): Command {
  return new Command('sample')
    .description('print text that the network writes')
    .argument('<run>', 'run folder, or the folder that was trained on')
    .addOption(epochOption())
    .option('--prompt <text>', 'what the text begins with', '\n')
    .option('--length <n>', 'characters to write', numberIn(wholeNumbers(1, 1_000_000)), 1000)
    .addOption(
      new Option('--temperature <x>', 'under 1: what is likelier; over 1: what is more surprising')
        .argParser(numberIn(numbers(0, 100)))
        .default(0.7)
        .conflicts('top'),
    )
    .option(
      '--top <n>',
      'only choose among the n likeliest characters (the talk chose among 2)',
      numberIn(wholeNumbers(1, ALPHABET_SIZE)),
    )
    .option('--seed <n>', 'another number writes another text', numberIn(SEED), 1)
    .option('--code-aware', 'write only what Python allows and names that are known, as in suggestions')
    .option('--marks', 'count what the text shows: keywords, names, brackets, colons, indentation, recitation')
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action(sample);
}

async function sample(path: string, options: SampleOptions): Promise<void> {
  const { prompt, length, top, temperature, seed, json } = options;
  const how: SamplingMethod = top === undefined ? { temperature } : { top };
  const run = findRun(path);
  const constraint = options.codeAware ? await constraintAfter(prompt, run) : undefined;
  await withModel(run, options.epoch, options, async (predictor, { epoch }) => {
    const text = await generate(predictor, prompt, length, how, new Random(seed), { constraint });
    const context = options.marks ? await marksContextOf(run) : null;
    const marks = context && marksOf(text, prompt, context);
    if (json) {
      printJson({ run: run.path, epoch, prompt, text, ...how, seed, ...(marks && { marks }) });
      return;
    }
    print(prompt + text);
    if (marks && context) {
      print(`\n${marksText(marks, context)}`);
    }
  });
}

async function constraintAfter(prompt: string, run: Run): Promise<Constraint> {
  const known = new KnownNames(await knownNamesIn(run)).at('', prompt, prompt.length);
  return new Constraint(new Syntax().read(prompt), known);
}
