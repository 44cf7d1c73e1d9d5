import { resolve } from 'node:path';
import { Command } from 'commander';
import { measureContext } from '../inspection/context';
import { FINAL_CHARACTERS } from '../metrics/evaluate';
import { percent } from '../protocol/format';
import { wholeNumbers } from '../protocol/range';
import type { TrainRequest } from '../protocol/training-events';
import { firstCharacters, type MemoryBits } from '../simulation/bits';
import type { Keystrokes } from '../simulation/keystrokes';
import { EXPERTS, filesOf, type Report, type Row, reportOn } from '../simulation/report';
import { contextAsJson, contextText } from './context-text';
import { type EngineOptions, withModel } from './model';
import { engineOption, epochOption, holdoutOption, jsonOption, numberIn, threadsOption } from './options';
import { print, printJson, say } from './output';
import { findRun } from './run-paths';

interface EvalOptions extends EngineOptions {
  readonly epoch?: number;
  readonly holdout?: TrainRequest['holdout'];
  readonly characters: number;
  readonly typed: number;
  readonly memory: boolean;
  readonly context?: number | true;
  readonly json?: boolean;
}

/** Characters predicted with every reach: enough for curves of one network, and of another on the same characters. */
const CONTEXT_CHARACTERS = 8192;

/** Enough for figures to a percent. */
const TYPED = 30_000;

/** Most characters to read. Predictions of each take 392 bytes, so at most some 800 MB. */
const MOST_CHARACTERS = 2_000_000;

const upToMost = (least: number) => numberIn(wholeNumbers(least, MOST_CHARACTERS));

export function evalCommand(): Command {
  return new Command('eval')
    .description('measure a network, and a memory beside it, on files that neither has learnt from')
    .argument('<run>', 'run folder, or the folder that was trained on')
    .argument('<folder...>', 'folders of which the held-out files are read')
    .addOption(epochOption())
    .addOption(holdoutOption('default: as in the training; none: all files are read'))
    .option('--characters <n>', 'read the first so many held-out characters', upToMost(1), FINAL_CHARACTERS)
    .option('--typed <n>', 'type about so many held-out characters with completions, 0 for none', upToMost(0), TYPED)
    .option('--no-memory', 'measure the network alone')
    .option(
      '--context [n]',
      'measure instead how far back the network sees, on about so many characters (default: 8192), and its brackets',
      upToMost(64),
    )
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action(evaluateFolders);
}

async function evaluateFolders(path: string, folders: string[], options: EvalOptions): Promise<void> {
  const run = findRun(path);
  const { request } = run.info();
  const { characters, typed, memory, holdout = request.holdout } = options;
  const sayOnTerminal = (line: string) => {
    if (process.stderr.isTTY) {
      say(line);
    }
  };
  if (options.context !== undefined) {
    const wanted = options.context === true ? CONTEXT_CHARACTERS : options.context;
    const { heldOut } = await filesOf({
      folders: folders.map((folder) => resolve(folder)),
      holdout,
      excludes: request.excludes,
    });
    const read = firstCharacters(heldOut, characters).map(({ symbols }) => symbols);
    const measured = await withModel(run, options.epoch, options, async (predictor) => ({
      network: predictor.model,
      ...(await measureContext(predictor, read, wanted)),
    }));
    options.json ? printJson(contextAsJson(measured)) : print(contextText(measured));
    return;
  }
  const report = await withModel(run, options.epoch, options, (predictor, { operatingPoints }) =>
    reportOn(
      predictor,
      {
        folders: folders.map((folder) => resolve(folder)),
        holdout,
        excludes: request.excludes,
        characters,
        typed,
        memory,
        operatingPoints,
      },
      sayOnTerminal,
    ),
  );
  if (options.json) {
    printJson(asJson(report));
  } else {
    print(inWords(report));
  }
}

/** A field not measured is null. */
function asJson({ network, memory, both, keystrokes, latencyMilliseconds }: Report): object {
  return {
    characters: network.characters,
    bpc: { network: network.bpc, memory: memory?.adapting ?? null, both: both?.adapting ?? null },
    bpc_without_adapting: { network: network.bpc, memory: memory?.frozen ?? null, both: both?.frozen ?? null },
    accuracy: network.accuracy,
    keystrokes:
      keystrokes?.map(
        ({
          experts,
          mode,
          threshold,
          saved,
          savedInEditor,
          shown,
          accepted,
          meanAcceptedLength,
          wrongPer100,
          calibration,
        }) => ({
          mode,
          threshold,
          experts,
          saved,
          saved_in_editor: savedInEditor,
          shown,
          accepted,
          mean_accepted_length: meanAcceptedLength,
          wrong_per_100: wrongPer100,
          calibration,
        }),
      ) ?? null,
    latency_ms: latencyMilliseconds,
    code: null,
  };
}

function inWords({ network, memory, both, keystrokes, latencyMilliseconds }: Report): string {
  const lines = [
    `Network: ${network.bpc.toFixed(3)} bpc, accuracy ${share(network.accuracy)}, on ${network.characters.toLocaleString('en-US')} characters.`,
    ...bitsInWords('Memory', memory),
    ...bitsInWords('Both', both),
  ];
  for (const [experts, words] of Object.entries(EXPERTS)) {
    const rows = (keystrokes ?? []).filter((row) => row.experts === experts).map(tableRow);
    const [lowest] = (keystrokes ?? []).filter((row) => row.experts === experts);
    if (lowest) {
      lines.push('', `Typing with ${words}:`, TABLE_HEAD, ...rows, calibrationInWords(lowest));
    }
  }
  if (latencyMilliseconds) {
    const { p50, p95 } = latencyMilliseconds;
    lines.push('', `A request takes ${p50.toFixed(1)} ms, 95 % of them less than ${p95.toFixed(1)} ms.`);
  }
  return lines.join('\n');
}

function bitsInWords(who: string, bits: MemoryBits | null): string[] {
  if (bits === null) {
    return [];
  }
  return [`${who}: ${bits.adapting.toFixed(3)} bpc, ${bits.frozen.toFixed(3)} without learning from what it reads.`];
}

/** "Right, with the lowest threshold: 34 % sure, 36 % of 608; …" */
function calibrationInWords({ calibration }: Keystrokes): string {
  const tenths = calibration.map(
    ({ shown, predicted, observed }) => `${percent(predicted)} sure, ${percent(observed)} of ${shown}`,
  );
  return `Right, with the lowest threshold: ${tenths.join('; ')}.`;
}

const TABLE_HEAD = '   sure               saved  in editor  accepted  length  wrong per 100';

/** `in editor`: of the keys that it takes where the editor indents new lines. */
function tableRow(keystrokes: Row): string {
  const { mode, threshold, saved, savedInEditor, accepted, meanAcceptedLength, wrongPer100 } = keystrokes;
  return [
    threshold.toFixed(2).padStart(7),
    ` ${mode ?? ''}`.padEnd(11),
    share(saved).padStart(9),
    (savedInEditor === null ? '–' : share(savedInEditor)).padStart(11),
    share(accepted).padStart(10),
    meanAcceptedLength.toFixed(1).padStart(8),
    wrongPer100.toFixed(0).padStart(15),
  ].join('');
}

function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
