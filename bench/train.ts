import type { NativeMode } from '../src/engine/native/addon';
import { loadAddon } from '../src/engine/native/addon';
import { createNativeEngine, nativeModes } from '../src/engine/native/engine';
import { type ModelConfig, TALK_MODEL } from '../src/model/config';
import { initialTrainingState } from '../src/model/initialise';
import { parameterLayout } from '../src/model/layout';
import { Random } from '../src/model/random';
import { ALPHABET_SIZE } from '../src/text/alphabet';
import { takeTurns } from './median';
import { Peer } from './peer';

type Numeric = NativeMode['numeric'];

interface Workload {
  readonly model: ModelConfig;
  readonly batch: number;
  readonly seqlen: number;
}

const TALK: readonly Workload[] = [
  { model: TALK_MODEL, batch: 100, seqlen: 30 },
  { model: TALK_MODEL, batch: 64, seqlen: 64 },
];
const SMALL: readonly Workload[] = [
  { model: { layers: 1, units: 128 }, batch: 100, seqlen: 30 },
  { model: { layers: 2, units: 256 }, batch: 100, seqlen: 30 },
];

export interface TrainRow {
  readonly name: string;
  readonly mode: string;
  readonly batch: number;
  readonly seqlen: number;
  readonly layers: number;
  readonly units: number;
  readonly threads: number;
  readonly chars_per_second: number;
  readonly gflops: number;
  readonly share_of_ceiling: number | null;
}

/** Our fastest over PyTorch's fastest, in any numeric mode and in fp32; null where there is nothing to compare with. */
export interface TrainRatios {
  readonly best: number | null;
  readonly fp32: number | null;
}

export interface TrainReport {
  readonly ceilings: { readonly fp32_gflops: number; readonly bf16_gflops: number | null };
  readonly rows: readonly TrainRow[];
  /** By "batch×seqlen" for the talk's network; for others under `small`, by "layers×units". */
  readonly ratios: {
    readonly best: Readonly<Record<string, number | null>>;
    readonly fp32: Readonly<Record<string, number | null>>;
    readonly small: Readonly<Record<string, TrainRatios>>;
  };
  /** Speed with all threads over that with one, per thread; null for one thread. */
  readonly scaling: { readonly threads: number; readonly efficiency: number } | null;
  /** Version of PyTorch, or null where it was not found. */
  readonly torch: string | null;
}

export interface TrainBench {
  readonly threads: number;
  /** How often everybody takes a turn. */
  readonly rounds: number;
  /** A Python with PyTorch. */
  readonly python: string;
  readonly progress: (line: string) => void;
}

/** Training speed of the native engine and, where it can be imported, of PyTorch, turn by turn in one run. */
export async function benchTrain(bench: TrainBench): Promise<TrainReport> {
  const peer = await Peer.start(bench.python, 'pytorch_train.py');
  try {
    const numerics = (['fp32', 'bf16'] as const).filter((numeric) => fastestMode(numeric));
    const ceilings = await measureCeilings(bench, peer, numerics);
    const rows: TrainRow[] = [];
    for (const workload of [...TALK, ...SMALL]) {
      rows.push(...(await measureWorkload(bench, peer, numerics, ceilings, workload)));
    }
    return {
      ceilings: { fp32_gflops: ceilings.fp32 ?? 0, bf16_gflops: ceilings.bf16 ?? null },
      rows,
      ratios: {
        best: Object.fromEntries(TALK.map((w) => [sizeOf(w), ratiosOf(rows, w, bench.threads).best])),
        fp32: Object.fromEntries(TALK.map((w) => [sizeOf(w), ratiosOf(rows, w, bench.threads).fp32])),
        small: Object.fromEntries(
          SMALL.map((w) => [`${w.model.layers}x${w.model.units}`, ratiosOf(rows, w, bench.threads)]),
        ),
      },
      scaling: scalingOf(rows, bench.threads),
      torch: peer?.greeting.torch ?? null,
    };
  } finally {
    peer?.close();
  }
}

function fastestMode(numeric: Numeric): NativeMode | undefined {
  return nativeModes().find((mode) => mode.numeric === numeric && !mode.emulated);
}

type Ceilings = Partial<Record<Numeric, number>>;

/** The fastest matrix product we know of, ours or PyTorch's, in GFLOP/s. */
async function measureCeilings(bench: TrainBench, peer: Peer | null, numerics: Numeric[]): Promise<Ceilings> {
  const { threads, rounds } = bench;
  const ceilings: Ceilings = {};
  for (const numeric of numerics) {
    bench.progress(`matrix products, ${numeric}`);
    const mode = fastestMode(numeric)?.name ?? '';
    const contestants = [() => loadAddon().productSpeed({ mode, threads }, 0.3)];
    if (peer) {
      const multiply = { multiply: numeric, threads, repeat: numeric === 'bf16' ? 16 : 3 };
      contestants.push(async () => (2 * 2048 ** 3) / (await peer.seconds(multiply)) / 1e9);
    }
    ceilings[numeric] = Math.max(...(await takeTurns(contestants, rounds)));
  }
  return ceilings;
}

interface Contestant {
  readonly name: string;
  readonly numeric: Numeric;
  readonly mode: string;
  readonly threads: number;
  /** Seconds of one training step. */
  measure(): Promise<number>;
  close(): void;
}

async function measureWorkload(
  bench: TrainBench,
  peer: Peer | null,
  numerics: Numeric[],
  ceilings: Ceilings,
  workload: Workload,
): Promise<TrainRow[]> {
  const { model, batch, seqlen } = workload;
  bench.progress(`${model.layers} × ${model.units}, batch ${batch} × ${seqlen}`);
  const contestants: Contestant[] = [];
  for (const numeric of numerics) contestants.push(await ourselves(workload, numeric, bench.threads));
  if (bench.threads > 1) contestants.push(await ourselves(workload, numerics[0], 1));
  if (peer) contestants.push(...torchContestants(peer, workload, numerics, bench.threads));
  const seconds = await takeTurns(
    contestants.map((contestant) => contestant.measure),
    bench.rounds,
  );
  for (const contestant of contestants) contestant.close();
  return contestants.map(({ name, numeric, mode, threads }, i) => {
    const gflops = operations(workload) / seconds[i] / 1e9;
    const ceiling = threads === bench.threads ? ceilings[numeric] : undefined;
    return {
      name,
      mode,
      batch,
      seqlen,
      layers: model.layers,
      units: model.units,
      threads,
      chars_per_second: (batch * seqlen) / seconds[i],
      gflops,
      share_of_ceiling: ceiling ? gflops / ceiling : null,
    };
  });
}

async function ourselves(workload: Workload, numeric: Numeric, threads: number): Promise<Contestant> {
  const { model, batch, seqlen } = workload;
  const mode = fastestMode(numeric);
  const engine = createNativeEngine({ threads, ...(mode && { mode: mode.name }) });
  const state = initialTrainingState(model, batch, 1);
  const trainer = await engine.createTrainer({ model, batch, seqlen, state });
  const random = new Random(1);
  const symbols = () => Uint8Array.from({ length: batch * seqlen }, () => Math.floor(random.next() * ALPHABET_SIZE));
  const [inputs, targets] = [symbols(), symbols()];
  const step = () => trainer.step(inputs, targets, { learningRate: 1e-3, clipNorm: null });
  await step();
  const steps = stepsOf(workload);
  return {
    name: 'understudy',
    numeric,
    mode: engine.mode,
    threads,
    measure: async () => {
      const started = performance.now();
      for (let i = 0; i < steps; i++) await step();
      return (performance.now() - started) / 1000 / steps;
    },
    close: () => trainer.dispose(),
  };
}

const VARIANTS = ['fused', 'autograd', 'nn.GRU'] as const;

function torchContestants(peer: Peer, workload: Workload, numerics: Numeric[], threads: number): Contestant[] {
  const { model, batch, seqlen } = workload;
  const steps = stepsOf(workload);
  return numerics
    .filter((numeric) => numeric === 'fp32' || peer.greeting.bf16)
    .flatMap((numeric) =>
      VARIANTS.map((variant) => ({
        name: `PyTorch ${variant}`,
        numeric,
        mode: numeric === 'bf16' ? 'bf16 autocast' : 'fp32',
        threads,
        measure: async () =>
          (await peer.seconds({ variant, mode: numeric, ...model, batch, seqlen, threads, steps })) / steps,
        close: () => {},
      })),
    );
}

/** Small steps are repeated, so that one measurement takes a noticeable time. */
function stepsOf(workload: Workload): number {
  return Math.max(1, Math.round(30e9 / operations(workload)));
}

/** Floating point operations of a step: each weight that multiplies (not the one-hot input's) in three products. */
function operations({ model, batch, seqlen }: Workload): number {
  const weights = parameterLayout(model)
    .filter(({ shape }) => shape.length === 2)
    .reduce((sum, { length }) => sum + length, -3 * model.units * ALPHABET_SIZE);
  return 6 * weights * batch * seqlen;
}

function sizeOf({ batch, seqlen }: Workload): string {
  return `${batch}x${seqlen}`;
}

function ratiosOf(rows: readonly TrainRow[], { model, batch, seqlen }: Workload, threads: number): TrainRatios {
  const same = rows.filter(
    (row) =>
      row.batch === batch &&
      row.seqlen === seqlen &&
      row.layers === model.layers &&
      row.units === model.units &&
      row.threads === threads,
  );
  const fastest = (ours: boolean, numeric: string) =>
    Math.max(
      ...same
        .filter(({ name, mode }) => (name === 'understudy') === ours && mode.startsWith(numeric))
        .map((row) => row.chars_per_second),
    );
  const ratio = (numeric: string) => {
    const theirs = fastest(false, numeric);
    return Number.isFinite(theirs) ? fastest(true, numeric) / theirs : null;
  };
  return { best: ratio(''), fp32: ratio('fp32') };
}

/** Of the talk's first workload. */
function scalingOf(rows: readonly TrainRow[], threads: number): TrainReport['scaling'] {
  const ours = rows.filter((row) => row.name === 'understudy' && row.batch === TALK[0].batch);
  const one = ours.find((row) => row.threads === 1);
  const all = ours.find((row) => row.threads === threads && row.mode === one?.mode);
  if (threads === 1 || !one || !all) return null;
  return { threads, efficiency: all.chars_per_second / one.chars_per_second / threads };
}
