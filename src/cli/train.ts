import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { CELLS, type CellName, PRESETS } from '../protocol/choices';
import type { FinishedEvent, TrainRequest } from '../protocol/training-events';
import { UserError } from '../protocol/user-error';
import { forkTrainer } from '../trainer/fork-trainer';
import { checkRequest } from '../training/request';
import { openRun, Run } from '../training/run';
import { Interruption } from './interruption';
import type { EngineOptions } from './model';
import { engineOption, holdoutOption, jsonOption, number, threadsOption } from './options';
import { printJson, say } from './output';
import { newestRunPath, newRunPath } from './run-paths';
import { TerminalReport } from './terminal-report';
import { endText } from './train-text';

interface TrainOptions extends EngineOptions {
  readonly preset?: TrainRequest['preset'];
  readonly epochs?: number;
  readonly seconds?: number;
  readonly cell?: CellName;
  readonly layers?: number;
  readonly units?: number;
  readonly seqlen?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly resume?: boolean;
  readonly holdout?: TrainRequest['holdout'];
  readonly exclude?: string[];
  readonly whole?: boolean;
  readonly prompt?: string[];
  readonly json?: boolean;
}

export function trainCommand(): Command {
  return new Command('train')
    .description('train a network on the Python files of one or more folders')
    .argument('<folder...>', 'folders to learn from')
    .addOption(
      new Option('--preset <name>', 'fast: the best network soonest (default); talk: as in the talk').choices(PRESETS),
    )
    .option('--epochs <n>', 'end after this many epochs (default: 4 with the fast preset)', number)
    .option('--seconds <s>', 'end after this many seconds (default: 600, unless --epochs is given)', number)
    .addOption(
      new Option('--cell <name>', "gru (default), or rnn: the talk's plain cell, which forgets sooner").choices(CELLS),
    )
    .option('--layers <n>', 'layers (default: 3)', number)
    .option('--units <n>', 'units per layer (default: 512)', number)
    .option('--seqlen <n>', 'characters that back-propagation goes back (default: the preset’s)', number)
    .option('--batch <n>', 'rows of a minibatch (default: the preset’s)', number)
    .addOption(engineOption())
    .addOption(threadsOption())
    .option('--seed <n>', 'where the weights start from (default: 1)', number)
    .option('--out <run>', 'run folder (default: a new one among your own data, which is printed)')
    .option('--resume', 'go on with the training in --out, or with the newest of these folders')
    .addOption(holdoutOption('default: auto, about a tenth'))
    .option('--exclude <glob...>', 'files to leave out, beside those that .gitignore names')
    .option('--whole', 'read all files, not a sample of 50 MB where there are more; 3 bytes of memory for each')
    .option(
      '--prompt <text>',
      'what samples begin with, beside an empty file, def, class and import, given as often as you like',
      (text: string, before: string[] = []) => [...before, text],
    )
    .addOption(jsonOption())
    .action(trainFolders);
}

async function trainFolders(folders: string[], options: TrainOptions): Promise<void> {
  const request = requestFor(folders, options);
  checkRequest(request);
  const report = new TerminalReport(options.json ? process.stderr : process.stdout);
  const trainer = forkTrainer(
    request,
    (event) => report.show(event),
    (line) => report.write(line),
  );
  const stop = new Interruption(trainer, report);
  stop.onSignals();
  if (!options.json) {
    stop.onClosedOutput();
  }
  const { event } = await trainer.ended;
  report.end();
  if (event.kind === 'failed') {
    throw new UserError(event.message);
  }
  report.write(endText(event, report, folders));
  if (options.json) {
    printJson(asJson(event, new Run(request.run)));
  }
  if (stop.why !== null && event.reason === 'stopped') {
    say(`understudy: ${stop.why}, so the training was stopped. ${endText(event, report, folders)}`);
  }
  process.exitCode = stop.exitCode;
}

/** What is not asked for is as it was in the training to be resumed, else as by default. */
function requestFor(folders: string[], options: TrainOptions): TrainRequest {
  const { epochs, seconds, cell, layers, units, seqlen, batch, engine, threads, resume = false } = options;
  const run = options.out === undefined ? defaultRun(folders, resume) : resolve(options.out);
  const earlier = resume ? openRun(run).info().request : null;
  return {
    folders: folders.map((folder) => resolve(folder)),
    run,
    preset: options.preset ?? earlier?.preset ?? 'fast',
    epochs: epochs ?? null,
    seconds: seconds ?? null,
    cell: cell ?? null,
    layers: layers ?? null,
    units: units ?? null,
    seqlen: seqlen ?? null,
    batch: batch ?? null,
    engine,
    threads: threads ?? null,
    seed: options.seed ?? earlier?.seed ?? 1,
    holdout: options.holdout ?? earlier?.holdout ?? 'auto',
    excludes: options.exclude ?? earlier?.excludes ?? [],
    wholeCorpus: options.whole ?? earlier?.wholeCorpus ?? false,
    memory: true,
    prompts: options.prompt ?? earlier?.prompts ?? [],
    resume,
  };
}

function defaultRun(folders: string[], resume: boolean): string {
  if (!resume) {
    return newRunPath(folders);
  }
  const newest = newestRunPath(folders);
  if (newest === null) {
    throw new UserError(`No training of ${folders.join(', ')} to resume: name its run folder with --out.`);
  }
  return newest;
}

/** Result of a training as JSON; one that was stopped before its first step may have left no run. */
export function asJson({ run: path, reason, ...figures }: FinishedEvent, run: Run): Readonly<Record<string, unknown>> {
  const started = run.hasInfo ? run.info().started : null;
  const samples = (run.hasInfo ? run.events() : []).flatMap((event) => {
    if (event.kind !== 'sample') {
      return [];
    }
    const { epoch, prompt, text } = event;
    return [{ epoch, prompt, text }];
  });
  return {
    run: path,
    preset: started?.preset ?? null,
    engine: started?.engine ?? null,
    device: started?.device ?? null,
    mode: started?.mode ?? null,
    reason,
    seconds: figures.seconds,
    epoch: figures.epoch,
    characters: figures.characters,
    chars_per_second: figures.charactersPerSecond,
    train_bpc: figures.trainBpc,
    validation_bpc: figures.validationBpc,
    validation_accuracy: figures.validationAccuracy,
    samples,
  };
}
