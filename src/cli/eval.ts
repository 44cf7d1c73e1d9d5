import { resolve } from 'node:path';
import { Command } from 'commander';
import { THRESHOLDS } from '../completion/gate';
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
  readonly typed: number;
  readonly json?: boolean;
}

/** Enough for figures to a percent. */
const TYPED = 20_000;

export function evalCommand(): Command {
  return new Command('eval')
    .description('measure a network on files that it has not learnt from')
    .argument('<run>', 'run folder, or the folder that was trained on')
    .argument('<folder...>', 'folders of which the held-out files are read')
    .option('--epoch <e>', 'the network as it was at about this epoch (default: the newest)', atLeastZero)
    .addOption(holdoutOption('default: as in the training; none: all files are read'))
    .option('--characters <n>', 'read the first so many held-out characters', wholeNumber(1), FINAL_CHARACTERS)
    .option('--typed <n>', 'type about so many held-out characters with completions, 0 for none', atLeastZero, TYPED)
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action(evaluateFolders);
}

async function evaluateFolders(path: string, folders: string[], options: EvalOptions): Promise<void> {
  const run = findRun(path);
  const { request } = run.info();
  const { characters, typed, holdout = request.holdout } = options;
  const report = await withModel(run, options.epoch, options, (predictor) =>
    reportOn(predictor, {
      folders: folders.map((folder) => resolve(folder)),
      holdout,
      excludes: request.excludes,
      characters,
      typed,
    }),
  );
  process.stdout.write(`${options.json ? JSON.stringify(asJson(report)) : inWords(report)}\n`);
}

/** A field not measured is null. */
function asJson({ characters, bpc, accuracy, keystrokes, latencyMilliseconds }: Report): object {
  return {
    characters,
    bpc: { gru: bpc, memory: null, both: null },
    accuracy,
    keystrokes:
      keystrokes?.map(({ threshold, saved, savedInEditor, shown, accepted, meanAcceptedLength, wrongPer100 }) => ({
        mode: modeOf(threshold),
        threshold,
        experts: 'gru',
        saved,
        saved_in_editor: savedInEditor,
        shown,
        accepted,
        mean_accepted_length: meanAcceptedLength,
        wrong_per_100: wrongPer100,
      })) ?? null,
    latency_ms: latencyMilliseconds,
    code: null,
  };
}

function inWords({ characters, bpc, accuracy, keystrokes, latencyMilliseconds }: Report): string {
  const lines = [
    `${bpc.toFixed(3)} bpc, accuracy ${share(accuracy)}, on ${characters.toLocaleString('en-US')} characters.`,
    ...(keystrokes ?? []).map(
      ({ threshold, saved, savedInEditor, accepted, meanAcceptedLength, wrongPer100 }) =>
        `${threshold.toFixed(2)} sure${inBrackets(modeOf(threshold))}: ${share(saved)} of keystrokes saved ` +
        `(${share(savedInEditor)} in an editor that indents), ` +
        `${share(accepted)} accepted, ${meanAcceptedLength.toFixed(1)} characters each, ` +
        `${wrongPer100.toFixed(0)} wrong characters shown per 100 typed`,
    ),
  ];
  if (latencyMilliseconds) {
    const { p50, p95 } = latencyMilliseconds;
    lines.push(`A request takes ${p50.toFixed(1)} ms, 95 % of them less than ${p95.toFixed(1)} ms.`);
  }
  return lines.join('\n');
}

function modeOf(threshold: number): string | null {
  return Object.entries(THRESHOLDS).find(([, ofMode]) => ofMode === threshold)?.[0] ?? null;
}

function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

function inBrackets(text: string | null): string {
  return text === null ? '' : ` (${text})`;
}
