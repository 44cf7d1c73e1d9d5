import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import { KnownNames } from '../completion/code-aware/known-names';
import { Completer } from '../completion/completer';
import { LONGEST_DOCUMENT } from '../completion/document';
import { thresholdsOf } from '../completion/expected-savings';
import { memoryExpert } from '../completion/experts/memory-expert';
import { networkExpert } from '../completion/experts/network-expert';
import { decodeSource } from '../corpus/decode';
import type { Explanation } from '../protocol/completion';
import { percent } from '../protocol/format';
import type { Settings } from '../protocol/settings';
import { UserError } from '../protocol/user-error';
import { withFileErrors } from '../storage/file-errors';
import { readRegularFile } from '../storage/regular-file';
import { rememberAround } from './build-memory';
import { knownNamesIn } from './known-names-in';
import { type EngineOptions, withModel } from './model';
import { engineOption, jsonOption, threadsOption } from './options';
import { print, printJson } from './output';
import { findRun } from './run-paths';

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
  const names = new KnownNames(await knownNamesIn(run));
  const remembered = isWanted ? await rememberAround(run, file, text.slice(0, offset)) : null;
  const explanation = await withModel(run, undefined, options, async (predictor, { operatingPoints }) => {
    const network = networkExpert(predictor);
    const expert = remembered ? memoryExpert(remembered.memory, network) : network;
    const document = { uri: pathToFileURL(resolve(file)).href, name: remembered?.name, text };
    const thresholds = thresholdsOf(operatingPoints, { memory: remembered !== null });
    return await new Completer(expert, { thresholds, names }).explain(document, offset, { suggestions });
  });
  if (json) {
    printJson(asJson(explanation));
  } else {
    print(inWords(explanation));
  }
}

const PLACE = /^(.+):(\d+):(\d+)$/s;

interface Cursor {
  readonly file: string;
  /** The file's, its lines ended as those that were learnt. */
  readonly text: string;
  readonly offset: number;
}

/** Cursor of an editor in that line and column. @throws UserError where there is no such place */
export async function cursorAt(place: string): Promise<Cursor> {
  const [, file, line, column] = PLACE.exec(place) ?? [];
  if (file === undefined) {
    throw new UserError(`"${place}" is no position: write it as FILE:LINE:COLUMN, counted from 1.`);
  }
  const lines = linesOf(await readText(file));
  const content = lines[Number(line) - 1];
  if (content === undefined) {
    const count = lines.length === 1 ? '1 line' : `${lines.length} lines`;
    throw new UserError(`${file} has ${count}, so there is no line ${line}.`);
  }
  const before = content.slice(0, Number(column) - 1);
  if (before.length !== Number(column) - 1) {
    throw new UserError(
      `Line ${line} of ${file} has the columns 1 to ${content.length + 1}, so there is no column ${column}.`,
    );
  }
  const offset = [...lines.slice(0, Number(line) - 1), before].join('\n').length;
  return { file, text: lines.join('\n'), offset };
}

/** As editors split a text: at CR LF, LF and CR, but not at a form feed, for example. */
function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

/** No encoding needs more. */
const MOST_BYTES_PER_CHARACTER = 4;

async function readText(file: string): Promise<string> {
  const bytes = await withFileErrors(`${file} cannot be read`, () =>
    readRegularFile(file, LONGEST_DOCUMENT * MOST_BYTES_PER_CHARACTER),
  );
  const decoded = decodeSource(bytes);
  if ('reason' in decoded) {
    throw new UserError(`${file} cannot be read: ${decoded.reason}.`);
  }
  if (decoded.text.length <= LONGEST_DOCUMENT) {
    return decoded.text;
  }
  throw new UserError(
    `${file} has more than ${LONGEST_DOCUMENT.toLocaleString('en')} characters: nothing is suggested in it.`,
  );
}

function asJson({ droppedBy, ...explanation }: Explanation): object {
  return { ...explanation, dropped_by: droppedBy };
}

/** Explanation of a completion in words, for people. */
export function inWords({ shown, text, probability, candidate, characters, reason }: Explanation): string {
  if (shown) {
    return [`shown, ${percent(probability)} sure: ${JSON.stringify(text)}`, ...detailed(characters)].join('\n');
  }
  // A rule may hold everything back before there is a candidate.
  const instead = candidate === '' ? '' : ` It would have been: ${JSON.stringify(candidate)}`;
  return [`nothing shown: ${reason}${instead}`, ...detailed(characters)].join('\n');
}

function detailed(characters: Explanation['characters']): string[] {
  return characters.map(({ text, probability }) => `  ${percent(probability).padStart(5)}  ${JSON.stringify(text)}`);
}
