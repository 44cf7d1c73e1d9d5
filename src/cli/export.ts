import { resolve } from 'node:path';
import { Command } from 'commander';
import { exportRun } from '../training/export/export-run';
import { epochOption, jsonOption } from './options';
import { print, printJson } from './output';
import { findRun } from './run-paths';

interface ExportOptions {
  readonly out: string;
  readonly epoch?: number;
  readonly json?: boolean;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('write a training’s weights, samples, marks, metrics and curve to a folder, for other programs')
    .argument('<run>', 'run folder, or the folder that was trained on')
    .requiredOption('--out <folder>', 'where to; a new or an empty folder')
    .addOption(epochOption())
    .addOption(jsonOption())
    .action(exportTo);
}

async function exportTo(path: string, { out, epoch, json }: ExportOptions): Promise<void> {
  const run = findRun(path);
  const exported = await exportRun(run, resolve(out), epoch ?? null);
  if (json) {
    printJson({ run: run.path, ...exported });
    return;
  }
  print(`${exported.folder}: ${exported.files.join(', ')}`);
  print(exported.notice);
}
