import { resolve } from 'node:path';
import { Command } from 'commander';
import { type Report, reportOn } from '../evaluation/report';
import type { TrainRequest } from '../protocol/training';
import { FINAL_CHARACTERS } from '../training/evaluate';
import { type EngineOptions, withModel } from './model';
import { atLeastZero, engineOption, holdoutOption, jsonOption, threadsOption, wholeNumber } from './options';
import { findRun } from './run-places';

interface EvalOptions extends EngineOptions {
  readonly epoch?: number;
  readonly holdout?: TrainRequest['holdout'];
  readonly characters: number;
  readonly json?: boolean;
}

export function evalCommand(): Command {
  return new Command('eval')
    .description('measure a network on files that it has not learnt from')
    .argument('<run>', 'run folder, or the folder that was trained on')
    .argument('<folder...>', 'folders of which the held-out files are read')
    .option('--epoch <e>', 'the network as it was at about this epoch (default: the newest)', atLeastZero)
    .addOption(holdoutOption('default: as in the training; none: all files are read'))
    .option('--characters <n>', 'read the first so many held-out characters', wholeNumber(1), FINAL_CHARACTERS)
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action(evaluateFolders);
}

async function evaluateFolders(path: string, folders: string[], options: EvalOptions): Promise<void> {
  const run = findRun(path);
  const { request } = run.info();
  const { characters, holdout = request.holdout } = options;
  const report = await withModel(run, options.epoch, options, (predictor) =>
    reportOn(predictor, {
      folders: folders.map((folder) => resolve(folder)),
      holdout,
      excludes: request.excludes,
      characters,
    }),
  );
  process.stdout.write(`${options.json ? JSON.stringify(asJson(report)) : inWords(report)}\n`);
}

/** A field not measured is null. */
function asJson({ characters, bpc, accuracy }: Report): object {
  return {
    characters,
    bpc: { gru: bpc, memory: null, both: null },
    accuracy,
    keystrokes: null,
    latency_ms: null,
    code: null,
  };
}

function inWords({ characters, bpc, accuracy }: Report): string {
  const measured = `${bpc.toFixed(3)} bpc, accuracy ${(accuracy * 100).toFixed(1)} %`;
  return `${measured}, on ${characters.toLocaleString('en-US')} characters.`;
}
