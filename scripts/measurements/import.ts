import * as v from 'valibot';
import { workloadName } from '../../src/benchmark/contestants';
import { CELLS } from '../../src/protocol/choices';
import { FIGURES } from './catalogue';
import type { Measurement } from './results';

type Figures = Measurement['figures'];

const Share = v.nullable(v.number());
const Ratios = v.record(v.string(), v.nullable(v.number()));

const BenchTrain = v.object({
  ceilings: v.object({}),
  rows: v.array(
    v.object({
      name: v.string(),
      mode: v.string(),
      cell: v.picklist(CELLS),
      batch: v.number(),
      seqlen: v.number(),
      layers: v.number(),
      units: v.number(),
      threads: v.number(),
      chars_per_second: v.number(),
      share_of_ceiling: Share,
    }),
  ),
  /** By workload. */
  ratios: v.record(v.string(), v.object({ best: Share, fp32: Share, tfjs: Share })),
  scaling: v.nullable(v.object({ threads: v.number(), efficiency: v.number() })),
  /** Version of PyTorch. */
  torch: v.nullable(v.string()),
});

type TrainRow = v.InferOutput<typeof BenchTrain>['rows'][number];

const BenchPredict = v.object({
  rows: v.array(
    v.object({
      name: v.string(),
      mode: v.string(),
      threads: v.number(),
      ms_per_char: v.number(),
      prime_2000_ms: v.number(),
      four_streams_ms: v.number(),
    }),
  ),
  ratios: v.object({ ms_per_char: Ratios }),
});

const Bits = v.object({ network: v.number(), memory: v.nullable(v.number()), both: v.nullable(v.number()) });
const Eval = v.object({
  bpc: Bits,
  bpc_without_adapting: Bits,
  keystrokes: v.nullable(
    v.array(
      v.object({
        mode: v.nullable(v.string()),
        threshold: v.number(),
        experts: v.string(),
        saved: v.number(),
        saved_in_editor: v.nullable(v.number()),
        accepted: v.number(),
      }),
    ),
  ),
  latency_ms: v.nullable(v.object({ p50: v.number(), p95: v.number() })),
});

const Train = v.object({ run: v.string(), chars_per_second: v.number(), validation_bpc: v.nullable(v.number()) });

/**
 * Figures of the catalogue in what `understudy bench train`, `bench predict`, `eval` or `train` printed with --json.
 *
 * @param subject what was trained and evaluated, as "django-600s"; benches need none
 */
export function figuresOf(output: unknown, subject: string | null): Figures {
  const figures = Object.entries(allOf(output, subject)).filter(([figure]) => figure in FIGURES);
  if (figures.length === 0) {
    throw new Error('None of its figures is in scripts/measurements/catalogue.ts.');
  }
  return Object.fromEntries(figures);
}

function allOf(output: unknown, subject: string | null): Figures {
  if (v.is(BenchTrain, output)) {
    return ofBenchTrain(output);
  }
  if (v.is(BenchPredict, output)) {
    return ofBenchPredict(output);
  }
  const isEval = v.is(Eval, output);
  if (!isEval && !v.is(Train, output)) {
    throw new Error('This is no --json output of bench, eval or train.');
  }
  if (subject === null) {
    throw new Error('Say with --subject what was learnt, for example --subject django-600s.');
  }
  return isEval ? ofEval(output, subject) : ofTrain(output, subject);
}

/** Threads of the catalogue's "2 threads"; a row with more is for the group of many threads. */
const USUAL_THREADS = 2;

function ofBenchTrain({ rows, ratios, scaling, torch }: v.InferOutput<typeof BenchTrain>): Figures {
  const figures: Figures = {};
  const most = Math.max(...rows.map(({ threads }) => threads));
  const suffix = most === USUAL_THREADS ? '' : `/${most}-threads`;
  for (const row of rows.filter(({ threads }) => threads === most)) {
    const workload = `train/${workloadName(row)}`;
    if (row.name === 'understudy') {
      const [mode] = row.mode.split(',');
      figures[`${workload}/${mode}${suffix}`] = withShare(row.chars_per_second, row.share_of_ceiling);
    }
    if (row.name === 'understudy tfjs') {
      figures[`${workload}/tfjs`] = round(row.chars_per_second, 0);
    }
  }
  for (const [workload, { speed, name, mode }] of fastestOfPyTorch(rows, most)) {
    figures[`${workload}/pytorch${suffix}`] = { value: round(speed, 0), remark: `${name} ${torch}, ${mode}` };
  }
  const add = (figure: string, ratio: number | null | undefined) => {
    if (typeof ratio === 'number') {
      figures[`${figure}${suffix}`] = round(ratio, 2);
    }
  };
  for (const [workload, { best, fp32, tfjs }] of Object.entries(ratios)) {
    add(`train/${workload}/times-pytorch`, best);
    add(`train/${workload}/times-pytorch-fp32`, fp32);
    add(`train/${workload}/tfjs-times-op-by-op`, tfjs);
  }
  add('train/scaling', scaling?.efficiency);
  return figures;
}

interface Fastest {
  readonly speed: number;
  readonly name: string;
  readonly mode: string;
}

/** PyTorch's fastest variant for each workload, on that many threads. */
function fastestOfPyTorch(rows: readonly TrainRow[], most: number): Map<string, Fastest> {
  const fastest = new Map<string, Fastest>();
  for (const { name, mode, chars_per_second: speed, ...row } of rows) {
    const workload = `train/${workloadName(row)}`;
    if (row.threads === most && name.startsWith('PyTorch') && speed > (fastest.get(workload)?.speed ?? 0)) {
      fastest.set(workload, { speed, name, mode });
    }
  }
  return fastest;
}

function withShare(speed: number, share: number | null): Figures[string] {
  const value = round(speed, 0);
  return share === null ? value : { value, remark: `${(100 * share).toFixed(0)} % of the ceiling` };
}

/** Mode of `bench predict` that completions use: weights in 8 bits. */
const STORED = 'as stored, 8 bits';

function ofBenchPredict({ rows, ratios }: v.InferOutput<typeof BenchPredict>): Figures {
  const figures: Figures = {};
  for (const row of rows.filter(({ name, mode }) => name === 'understudy' && mode === STORED)) {
    figures[`predict/${row.threads}/ms_per_char`] = round(row.ms_per_char, 3);
    figures[`predict/${row.threads}/four_streams_ms`] = round(row.four_streams_ms, 3);
    figures[`predict/${row.threads}/prime_2000_ms`] = round(row.prime_2000_ms, 0);
  }
  for (const [threads, ratio] of Object.entries(ratios.ms_per_char)) {
    if (ratio !== null) {
      figures[`predict/${threads}/times-pytorch`] = round(ratio, 1);
    }
  }
  return figures;
}

function ofEval(output: v.InferOutput<typeof Eval>, subject: string): Figures {
  const figures: Figures = {};
  for (const kind of ['bpc', 'bpc_without_adapting'] as const) {
    for (const [experts, bits] of Object.entries(output[kind])) {
      if (bits !== null) {
        figures[`eval/${subject}/${kind}/${experts}`] = round(bits, 3);
      }
    }
  }
  for (const { experts, mode, threshold, saved, saved_in_editor, accepted } of output.keystrokes ?? []) {
    if (mode === null) {
      continue;
    }
    const key = `eval/${subject}/keystrokes/${experts}/${mode}`;
    figures[`${key}/saved`] = { value: round(saved, 3), remark: `threshold ${threshold}` };
    figures[`${key}/accepted`] = round(accepted, 3);
    if (saved_in_editor !== null) {
      figures[`${key}/saved_in_editor`] = round(saved_in_editor, 3);
    }
  }
  for (const [quantile, milliseconds] of Object.entries(output.latency_ms ?? {})) {
    figures[`eval/${subject}/latency_ms/${quantile}`] = round(milliseconds, 1);
  }
  return figures;
}

function ofTrain({ validation_bpc, chars_per_second }: v.InferOutput<typeof Train>, subject: string): Figures {
  return {
    ...(validation_bpc === null ? {} : { [`learn/${subject}/bpc`]: round(validation_bpc, 3) }),
    [`learn/${subject}/chars_per_second`]: round(chars_per_second, 0),
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
