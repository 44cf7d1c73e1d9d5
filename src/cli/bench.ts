import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { benchPredict, type PredictReport } from '../benchmark/bench-predict';
import { benchTrain, type TrainBenchmark } from '../benchmark/bench-train';
import { wholeNumbers } from '../protocol/range';
import { jsonOption, numberIn, threadsOption } from './options';
import { print, printJson, say } from './output';

interface BenchOptions {
  readonly threads?: number;
  readonly rounds: number;
  readonly python: string;
  readonly json?: boolean;
}

export function benchCommand(): Command {
  const command = new Command('bench').description(
    "measure this machine's speed, and PyTorch's and TensorFlow's where they are installed",
  );
  const measurement = (name: string, description: string, run: (options: BenchOptions) => Promise<void>) =>
    command
      .command(name)
      .description(description)
      .addOption(threadsOption())
      .option('--rounds <n>', 'how often everybody takes a turn; medians are shown', numberIn(wholeNumbers(1, 1000)), 5)
      .option('--python <path>', 'a Python that can import torch, to compare with', 'python3')
      .addOption(jsonOption())
      .action(run);
  measurement('train', 'characters trained a second', async (options) => {
    show(options, await benchTrain(setup(options)), trainTable);
  });
  measurement('predict', 'milliseconds a predicted character', async (options) => {
    show(options, await benchPredict(setup(options)), predictTable);
  });
  return command;
}

function setup({ threads, rounds, python }: BenchOptions) {
  return {
    threads: threads ?? availableParallelism(),
    rounds,
    python,
    progress: say,
  };
}

function show<Report>(options: BenchOptions, report: Report, table: (report: Report) => string): void {
  if (options.json) {
    printJson(report);
  } else {
    print(table(report));
  }
}

function trainTable({ ceilings, rows, ratios, scaling, torch }: TrainBenchmark): string {
  const lines = rows.map((row) => [
    row.name,
    row.mode,
    `${row.cell} ${row.layers} × ${row.units}`,
    `${row.batch} × ${row.seqlen}`,
    String(row.threads),
    Math.round(row.chars_per_second).toLocaleString('en-US'),
    row.gflops.toFixed(1),
    row.share_of_ceiling === null ? '' : `${(100 * row.share_of_ceiling).toFixed(0)} %`,
  ]);
  const head = ['', 'mode', 'network', 'minibatch', 'threads', 'chars/s', 'GFLOP/s', 'of ceiling'];
  const { fp32_gflops, bf16_gflops, int8_gflops } = ceilings;
  const products = Object.entries({ fp32: fp32_gflops, bf16: bf16_gflops, int8: int8_gflops }).flatMap(
    ([numeric, speed]) => (speed === null ? [] : [`${numeric} ${speed.toFixed(0)}`]),
  );
  const overTorch = Object.entries(ratios).map(
    ([workload, { best, fp32 }]) => `${workload}: ${times(best)} (fp32 ${times(fp32)})`,
  );
  const overTfjs = Object.entries(ratios).flatMap(([workload, { tfjs }]) =>
    tfjs === null ? [] : `${workload}: ${times(tfjs)}`,
  );
  return [
    align([head, ...lines]),
    `Matrix products, GFLOP/s: ${products.join(', ')}.`,
    torch === null
      ? 'PyTorch was not found (--python names a Python that can import torch).'
      : `As fast as PyTorch ${torch}: ${overTorch.join(', ')}.`,
    ...(overTfjs.length > 0 ? [`As fast as tfjs op by op: ${overTfjs.join(', ')} (understudy tfjs).`] : []),
    ...(scaling
      ? [`Efficiency from 1 to ${scaling.threads} threads: ${(100 * scaling.efficiency).toFixed(0)} %.`]
      : []),
  ].join('\n');
}

function predictTable({ rows, ratios, torch }: PredictReport): string {
  const lines = rows.map((row) => [
    row.name,
    row.mode,
    String(row.threads),
    row.ms_per_char.toFixed(3),
    Math.round(row.chars_per_second).toLocaleString('en-US'),
    row.four_streams_ms.toFixed(3),
    row.prime_2000_ms.toFixed(0),
  ]);
  const head = ['', 'mode', 'threads', 'ms/char', 'chars/s', '4 streams, ms', '2,000 characters, ms'];
  const faster = Object.entries(ratios.ms_per_char).map(([threads, ratio]) => `${threads} threads: ${times(ratio)}`);
  return [
    align([head, ...lines]),
    torch === null
      ? 'PyTorch was not found (--python names a Python that can import torch).'
      : `As fast as PyTorch ${torch}, one character, ${faster.join(', ')}.`,
  ].join('\n');
}

function times(ratio: number | null): string {
  return ratio === null ? '–' : `${ratio.toFixed(2)} ×`;
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}
