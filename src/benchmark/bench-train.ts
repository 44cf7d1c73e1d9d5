import type { Engine } from '../engine/engine';
import { engineAddon } from '../engine/native/engine-addon';
import { createTfjsEngine } from '../engine/tfjs/tfjs-engine';
import { TALK_MODEL } from '../model/config';
import type { CellName } from '../protocol/choices';
import { UserError } from '../protocol/user-error';
import {
  type Contestant,
  fastestMode,
  NATIVE,
  type Numeric,
  nativeContestant,
  operations,
  PYTORCH,
  TFJS,
  TFJS_OP_BY_OP,
  tfjsContestants,
  torchContestants,
  type Workload,
  workloadName,
} from './contestants';
import { takeTurns } from './median';
import { Peer } from './peer';

/** The talk's minibatch first. */
const WORKLOADS: readonly Workload[] = [
  { model: TALK_MODEL, batch: 100, seqlen: 30 },
  { model: TALK_MODEL, batch: 64, seqlen: 64 },
  // As the `fast` preset trains.
  { model: TALK_MODEL, batch: 32, seqlen: 64 },
  { model: { ...TALK_MODEL, cell: 'rnn' }, batch: 100, seqlen: 30 },
  { model: { cell: 'gru', layers: 1, units: 128 }, batch: 100, seqlen: 30 },
  { model: { cell: 'gru', layers: 2, units: 256 }, batch: 100, seqlen: 30 },
];

export interface TrainRow {
  readonly name: string;
  readonly mode: string;
  readonly cell: CellName;
  readonly batch: number;
  readonly seqlen: number;
  readonly layers: number;
  readonly units: number;
  readonly threads: number;
  readonly chars_per_second: number;
  readonly gflops: number;
  readonly share_of_ceiling: number | null;
}

/** Ratios of speeds on one workload; null where there is nothing to compare with. */
export interface TrainRatios {
  /** Our fastest over PyTorch's fastest, in any numeric mode. */
  readonly best: number | null;
  /** The same in fp32. */
  readonly fp32: number | null;
  /** Our engine on TensorFlow over tfjs op by op. */
  readonly tfjs: number | null;
}

export interface TrainBenchmark {
  readonly ceilings: {
    readonly fp32_gflops: number;
    readonly bf16_gflops: number | null;
    readonly int8_gflops: number | null;
  };
  readonly rows: readonly TrainRow[];
  /** By the workload's name. */
  readonly ratios: Readonly<Record<string, TrainRatios>>;
  /** Speed with all threads over that with one, per thread; null for one thread. */
  readonly scaling: { readonly threads: number; readonly efficiency: number } | null;
  /** Version of PyTorch, or null where it was not found. */
  readonly torch: string | null;
}

/** Competitors of the native engine. */
interface Others {
  readonly torch: Peer | null;
  readonly tfjs: Engine | null;
}

export interface TrainBench {
  readonly threads: number;
  /** Rounds, in each of which every contestant takes a turn. */
  readonly rounds: number;
  /** A Python with PyTorch. */
  readonly python: string;
  readonly progress: (line: string) => void;
}

/** Training speed of the native engine and, where they are installed, of PyTorch and tfjs, turn by turn in one run. */
export async function benchTrain(bench: TrainBench): Promise<TrainBenchmark> {
  const torch = await Peer.start(bench.python, 'pytorch_train.py');
  try {
    const others = { torch, tfjs: tfjsEngine(bench) };
    const numerics = (['fp32', 'bf16', 'int8'] as const).filter((numeric) => fastestMode(numeric));
    const ceilings = await measureCeilings(bench, torch, numerics);
    const rows: TrainRow[] = [];
    for (const workload of WORKLOADS) {
      rows.push(...(await measureWorkload(bench, others, numerics, ceilings, workload)));
    }
    return {
      ceilings: {
        fp32_gflops: ceilings.fp32 ?? 0,
        bf16_gflops: ceilings.bf16 ?? null,
        int8_gflops: ceilings.int8 ?? null,
      },
      rows,
      ratios: ratiosOf(rows, bench.threads),
      scaling: scalingOf(rows, bench.threads),
      torch: torch?.greeting.torch ?? null,
    };
  } finally {
    torch?.close();
  }
}

/** Null where it is not set up. TensorFlow takes its number of threads when it is loaded. */
function tfjsEngine({ threads, progress }: TrainBench): Engine | null {
  for (const pool of ['INTRAOP', 'INTEROP']) {
    process.env[`TF_NUM_${pool}_THREADS`] = String(threads);
  }
  try {
    return createTfjsEngine();
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    progress(`without tfjs (${error.message})`);
    return null;
  }
}

type Ceilings = Partial<Record<Numeric, number>>;

/** The fastest matrix product we know of, ours or PyTorch's, in GFLOP/s. */
async function measureCeilings(bench: TrainBench, torch: Peer | null, numerics: Numeric[]): Promise<Ceilings> {
  const { threads, rounds } = bench;
  const ceilings: Ceilings = {};
  for (const numeric of numerics) {
    bench.progress(`measuring matrix products, ${numeric} …`);
    const mode = fastestMode(numeric)?.name ?? '';
    const contestants = [() => engineAddon().productSpeed({ mode, threads }, 0.3)];
    if (torch && numeric !== 'int8') {
      const multiply = { multiply: numeric, threads, repeat: numeric === 'bf16' ? 16 : 3 };
      contestants.push(async () => (2 * 2048 ** 3) / (await torch.seconds(multiply)) / 1e9);
    }
    ceilings[numeric] = Math.max(...(await takeTurns(contestants, rounds)));
  }
  return ceilings;
}

async function measureWorkload(
  bench: TrainBench,
  { torch, tfjs }: Others,
  numerics: Numeric[],
  ceilings: Ceilings,
  workload: Workload,
): Promise<TrainRow[]> {
  const { model, batch, seqlen } = workload;
  const { cell, layers, units } = model;
  bench.progress(`measuring ${cell} ${layers} × ${units}, batch ${batch} × ${seqlen} …`);
  const contestants: Contestant[] = [];
  for (const numeric of numerics) {
    contestants.push(await nativeContestant(workload, numeric, bench.threads));
  }
  if (bench.threads > 1) {
    contestants.push(await nativeContestant(workload, numerics[0]!, 1));
  }
  if (tfjs && model === TALK_MODEL) {
    contestants.push(...(await tfjsContestants(tfjs, workload, bench.threads)));
  }
  if (torch) {
    contestants.push(...torchContestants(torch, workload, numerics, bench.threads));
  }
  const seconds = await takeTurns(
    contestants.map((contestant) => contestant.measure),
    bench.rounds,
  );
  for (const contestant of contestants) {
    contestant.close();
  }
  return contestants.map(({ name, numeric, mode, threads }, i) => {
    const gflops = operations(workload) / seconds[i]! / 1e9;
    const ceiling = numeric && threads === bench.threads ? ceilings[numeric] : undefined;
    return {
      name,
      mode,
      cell,
      batch,
      seqlen,
      layers,
      units,
      threads,
      chars_per_second: (batch * seqlen) / seconds[i]!,
      gflops,
      share_of_ceiling: ceiling ? gflops / ceiling : null,
    };
  });
}

export function ratiosOf(rows: readonly TrainRow[], threads: number): TrainBenchmark['ratios'] {
  return Object.fromEntries(
    WORKLOADS.map(({ model, batch, seqlen }) => {
      const name = workloadName({ ...model, batch, seqlen });
      const measured = rows.filter((row) => row.threads === threads && workloadName(row) === name);
      const tfjs = ratio(fastest(measured, TFJS), fastest(measured, TFJS_OP_BY_OP));
      return [name, { ...overPyTorch(measured), tfjs }];
    }),
  );
}

function overPyTorch(rows: readonly TrainRow[]): Omit<TrainRatios, 'tfjs'> {
  const fp32 = rows.filter(({ mode }) => mode.startsWith('fp32'));
  const over = (rows: readonly TrainRow[]) =>
    ratio(
      fastest(rows, NATIVE),
      Math.max(...rows.filter(({ name }) => name.startsWith(PYTORCH)).map((row) => row.chars_per_second)),
    );
  return { best: over(rows), fp32: over(fp32) };
}

/** Characters a second; −∞ where there is no such row. */
function fastest(rows: readonly TrainRow[], name: string): number {
  return Math.max(...rows.filter((row) => row.name === name).map((row) => row.chars_per_second));
}

function ratio(ours: number, theirs: number): number | null {
  return Number.isFinite(theirs) ? ours / theirs : null;
}

/** Parallel efficiency on the talk's minibatch; null where it was not measured on one thread and on all. */
function scalingOf(rows: readonly TrainRow[], threads: number): TrainBenchmark['scaling'] {
  const { model, batch, seqlen } = WORKLOADS[0]!;
  const talk = workloadName({ ...model, batch, seqlen });
  const ours = rows.filter((row) => row.name === NATIVE && workloadName(row) === talk);
  const one = ours.find((row) => row.threads === 1);
  const all = ours.find((row) => row.threads === threads && row.mode === one?.mode);
  if (threads === 1 || !one || !all) {
    return null;
  }
  return { threads, efficiency: all.chars_per_second / one.chars_per_second / threads };
}
