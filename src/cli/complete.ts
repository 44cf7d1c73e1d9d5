import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import { KnownNames } from '../completion/code-aware/known-names';
import { Completer } from '../completion/completer';
import { thresholdsOf } from '../completion/gate';
import { gruExpert } from '../completion/gru';
import { memoryExpert } from '../completion/memory';
import type { Explanation } from '../protocol/completion';
import type { Settings } from '../protocol/lsp';
import { UserError } from '../protocol/user-error';
import { percent } from '../protocol/wording';
import { type EngineOptions, withModel } from './model';
import { namesOf } from './names';
import { engineOption, jsonOption, threadsOption } from './options';
import { rememberAround } from './remember';
import { findRun } from './run-places';

interface CompleteOptions extends EngineOptions {
  readonly suggestions: Settings['suggestions'];
  readonly memory: boolean;
  readonly json?: boolean;
}

export function completeCommand(): Command {
  return new Command('complete')
    .description('print what ghost text would show at a position, and why')
    .argument('<run>', 'run folder, or the folder that was trained on')
    .argument('<file:line:column>', 'position of the cursor, counted from 1')
    .addOption(
      new Option('--suggestions <how>', 'how sure a suggestion has to be')
        .choices(['quiet', 'balanced', 'eager'] as const)
        .default('balanced' as const),
    )
    .option('--no-memory', 'complete from the network alone, without a memory of the files that it learnt from')
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action(complete);
}

async function complete(path: string, place: string, options: CompleteOptions): Promise<void> {
  const { suggestions, memory: isWanted, json } = options;
  const { file, offset, text } = await cursorAt(place);
  const run = findRun(path);
  const names = new KnownNames(await namesOf(run));
  const remembered = isWanted ? await rememberAround(run, file, text.slice(0, offset)) : null;
  const explanation = await withModel(run, undefined, options, async (predictor, { operatingPoints }) => {
    const network = gruExpert(predictor);
    const expert = remembered ? memoryExpert(remembered.memory, network) : network;
    const document = { uri: pathToFileURL(resolve(file)).href, name: remembered?.name, text };
    const thresholds = thresholdsOf(operatingPoints, { memory: remembered !== null });
    return await new Completer(expert, { thresholds, names }).explain(document, offset, { suggestions });
  });
  process.stdout.write(`${json ? JSON.stringify(asJson(explanation)) : inWords(explanation)}\n`);
}

/** @throws UserError where there is no such place */
async function cursorAt(place: string): Promise<{ file: string; text: string; offset: number }> {
  const match = /^(.+):(\d+):(\d+)$/.exec(place);
  if (!match) throw new UserError(`"${place}" is no position: write it as FILE:LINE:COLUMN, counted from 1.`);
  const [file, line, column] = [match[1], Number(match[2]), Number(match[3])];
  const text = await readText(file);
  const lines = text.split('\n');
  const content = lines[line - 1]?.replace(/\r$/, '');
  if (content === undefined) throw new UserError(`${file} has ${lines.length} lines, so there is no line ${line}.`);
  if (column < 1 || column > content.length + 1) {
    throw new UserError(
      `Line ${line} of ${file} has the columns 1 to ${content.length + 1}, so there is no column ${column}.`,
    );
  }
  const before = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  return { file, text, offset: before + column - 1 };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function asJson({ droppedBy, ...explanation }: Explanation): object {
  return { ...explanation, dropped_by: droppedBy };
}

function inWords({ shown, text, probability, candidate, characters, reason }: Explanation): string {
  const headline = shown
    ? `shown, ${percent(probability)} sure: ${JSON.stringify(text)}`
    : `nothing shown: ${reason} It would have been: ${JSON.stringify(candidate)}`;
  const details = characters.map(
    (character) => `  ${percent(character.probability).padStart(5)}  ${JSON.stringify(character.text)}`,
  );
  return [headline, ...details].join('\n');
}
