import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { TrainRequest } from '../protocol/training';
import { UserError } from '../protocol/user-error';
import { forkTrainer, type TrainerProcess } from '../server/trainer';
import { openRun, type Run } from '../training/run';
import type { EngineOptions } from './model';
import { engineOption, holdoutOption, jsonOption, positive, threadsOption, wholeNumber } from './options';
import { newestRunPath, newRunPath } from './run-places';
import { TrainReport } from './train-report';
import { endText } from './train-words';

interface TrainOptions extends EngineOptions {
  readonly preset?: TrainRequest['preset'];
  readonly epochs?: number;
  readonly seconds?: number;
  readonly layers?: number;
  readonly units?: number;
  readonly seqlen?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly resume?: boolean;
  readonly holdout?: TrainRequest['holdout'];
  readonly exclude?: string[];
  readonly json?: boolean;
}

export function trainCommand(): Command {
  return new Command('train')
    .description('train a network on the Python files of one or more folders')
    .argument('<folder...>', 'folders to learn from')
    .addOption(
      new Option('--preset <name>', 'fast: the best network soonest (default); talk: as in the talk').choices([
        'talk',
        'fast',
      ]),
    )
    .option('--epochs <n>', 'end after this many epochs (default: 4 with the fast preset)', positive)
    .option('--seconds <s>', 'end after this many seconds (default: 600, unless --epochs is given)', positive)
    .option('--layers <n>', 'GRU layers (default: 3)', wholeNumber(1))
    .option('--units <n>', 'units per layer (default: 512)', wholeNumber(1))
    .option('--seqlen <n>', 'characters that back-propagation goes back (default: the preset’s)', wholeNumber(1))
    .option('--batch <n>', 'rows of a minibatch (default: the preset’s)', wholeNumber(1))
    .addOption(engineOption())
    .addOption(threadsOption())
    .option('--seed <n>', 'where the weights start from (default: 1)', wholeNumber())
    .option('--out <run>', 'run folder (default: a new one among your own data, which is printed)')
    .option('--resume', 'go on with the training in --out, or with the newest of these folders')
    .addOption(holdoutOption('default: auto, about a tenth'))
    .option('--exclude <glob...>', 'files to leave out, beside those that .gitignore names')
    .addOption(jsonOption())
    .action(trainFolders);
}

async function trainFolders(folders: string[], options: TrainOptions): Promise<void> {
  const request = requestFor(folders, options);
  const report = new TrainReport(options.json ? process.stderr : process.stdout);
  const trainer = forkTrainer(
    request,
    (event) => report.tell(event),
    (line) => report.write(line),
  );
  const isStopped = stopOnSignals(trainer, () => report.write('Stopping and saving; once more quits at once.'));
  const { event } = await trainer.ended;
  report.end();
  if (event.kind === 'failed') throw new UserError(event.message);
  report.write(endText(event, report, folders));
  if (options.json) process.stdout.write(`${JSON.stringify(asJson(openRun(request.run)))}\n`);
  if (isStopped()) process.exitCode = INTERRUPTED;
}

/** What shells expect of a program that was interrupted (128 + SIGINT). */
const INTERRUPTED = 130;

/** The first Ctrl-C (or the like) stops the training, of which `tell` is told; the second ends everything. Gives whether there was one. */
function stopOnSignals(trainer: TrainerProcess, tell: () => void): () => boolean {
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (isStopped) {
        trainer.kill();
        process.exit(INTERRUPTED);
      }
      isStopped = true;
      trainer.stop();
      tell();
    });
  }
  return () => isStopped;
}

/** What is not asked for is as it was in the training to be resumed, else as by default. */
function requestFor(folders: string[], options: TrainOptions): TrainRequest {
  const { epochs, seconds, layers, units, seqlen, batch, engine, threads, resume = false } = options;
  const run = options.out === undefined ? defaultRun(folders, resume) : resolve(options.out);
  const earlier = resume ? openRun(run).info().request : null;
  return {
    folders: folders.map((folder) => resolve(folder)),
    run,
    preset: options.preset ?? earlier?.preset ?? 'fast',
    epochs: epochs ?? null,
    seconds: seconds ?? null,
    layers: layers ?? null,
    units: units ?? null,
    seqlen: seqlen ?? null,
    batch: batch ?? null,
    engine,
    threads: threads ?? null,
    seed: options.seed ?? earlier?.seed ?? 1,
    holdout: options.holdout ?? earlier?.holdout ?? 'auto',
    excludes: options.exclude ?? earlier?.excludes ?? [],
    memory: true,
    resume,
  };
}

function defaultRun(folders: string[], resume: boolean): string {
  if (!resume) return newRunPath(folders);
  const newest = newestRunPath(folders);
  if (newest === null)
    throw new UserError(`No training of ${folders.join(', ')} to resume: name its run folder with --out.`);
  return newest;
}

function asJson(run: Run): object {
  const { started, finished } = run.info();
  const samples = run.events().flatMap((event) => {
    if (event.kind !== 'sample') return [];
    const { epoch, prompt, text } = event;
    return [{ epoch, prompt, text }];
  });
  const { preset, engine, device, mode } = started;
  return {
    run: run.path,
    preset,
    engine,
    device,
    mode,
    reason: finished?.reason,
    seconds: finished?.seconds,
    epoch: finished?.epoch,
    characters: finished?.characters,
    chars_per_second: finished?.charactersPerSecond,
    train_bpc: finished?.trainBpc,
    validation_bpc: finished?.validationBpc,
    validation_accuracy: finished?.validationAccuracy,
    samples,
  };
}
