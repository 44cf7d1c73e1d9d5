import type { Engine, TrainerSetup } from '../engine/engine';
import type { NativeMode } from '../engine/native/engine-addon';
import { createNativeEngine, nativeModes } from '../engine/native/native-engine';
import { loadTensorFlow } from '../engine/tfjs/load';
import type { ModelConfig } from '../model/config';
import { initialTrainingState } from '../model/initialise';
import { parameterLayout } from '../model/layout';
import { Random } from '../model/random';
import { ALPHABET_SIZE } from '../python/alphabet';
import type { Peer } from './peer';
import { OpByOpTraining } from './peers/tfjs-op-by-op';

export type Numeric = NativeMode['numeric'];

export interface Workload {
  readonly model: ModelConfig;
  readonly batch: number;
  readonly seqlen: number;
}

/** Name of a workload in results and figures: "3x512/100x30" for the GRU, "rnn-3x512/100x30" for the plain cell. */
export function workloadName({ cell, layers, units, batch, seqlen }: ModelConfig & Omit<Workload, 'model'>): string {
  return `${cell === 'gru' ? '' : `${cell}-`}${layers}x${units}/${batch}x${seqlen}`;
}

/** Competitor in the benchmark of training: an engine and its settings, with a measurement of one step. */
export interface Contestant {
  readonly name: string;
  /** Null on a GPU, whose ceiling nobody measures. */
  readonly numeric: Numeric | null;
  readonly mode: string;
  readonly threads: number;
  /** Seconds of one training step. */
  measure(): Promise<number>;
  close(): void;
}

/** Names of the rows from which ratios are computed. */
export const NATIVE = 'understudy';
export const TFJS = 'understudy tfjs';
export const TFJS_OP_BY_OP = 'tfjs op by op';
export const PYTORCH = 'PyTorch';

const STEP = { learningRate: 1e-3, clipNorm: null, weightDecay: 0 };

/** The native engine's fastest mode of a kind on this processor. */
export function fastestMode(numeric: Numeric): NativeMode | undefined {
  return nativeModes().find((mode) => mode.numeric === numeric && !mode.emulated);
}

export async function nativeContestant(workload: Workload, numeric: Numeric, threads: number): Promise<Contestant> {
  const mode = fastestMode(numeric);
  const engine = createNativeEngine({ threads, ...(mode && { mode: mode.name }) });
  const trainer = await engine.createTrainer(setupOf(workload));
  return {
    name: NATIVE,
    numeric,
    mode: engine.mode,
    threads,
    measure: await stopwatch(workload, (inputs, targets) => trainer.step(inputs, targets, STEP)),
    close: () => trainer.dispose(),
  };
}

/** Our engine on TensorFlow, `engine`, and tfjs as its users write it, on the same TensorFlow. */
export async function tfjsContestants(engine: Engine, workload: Workload, threads: number): Promise<Contestant[]> {
  const tf = loadTensorFlow();
  const numeric = tf.backend().isUsingGpuDevice ? null : 'fp32';
  const row = { numeric, mode: `${engine.mode}, ${engine.device}`, threads } as const;
  const setup = setupOf(workload);
  const trainer = await engine.createTrainer(setup);
  const opByOp = new OpByOpTraining(tf, setup, STEP.learningRate);
  return [
    {
      ...row,
      name: TFJS,
      measure: await stopwatch(workload, (inputs, targets) => trainer.step(inputs, targets, STEP)),
      close: () => trainer.dispose(),
    },
    {
      ...row,
      name: TFJS_OP_BY_OP,
      measure: await stopwatch(workload, async (inputs, targets) => opByOp.step(inputs, targets)),
      close: () => opByOp.dispose(),
    },
  ];
}

const VARIANTS = { gru: ['fused', 'autograd', 'nn.GRU'], rnn: ['fused', 'autograd', 'nn.RNN'] } as const;

export function torchContestants(peer: Peer, workload: Workload, numerics: Numeric[], threads: number): Contestant[] {
  const { model, batch, seqlen } = workload;
  const steps = stepsOf(workload);
  // PyTorch trains nothing in 8 bits.
  return numerics
    .filter((numeric) => numeric === 'fp32' || (numeric === 'bf16' && peer.greeting.bf16))
    .flatMap((numeric) =>
      VARIANTS[model.cell].map((variant) => ({
        name: `${PYTORCH} ${variant}`,
        numeric,
        mode: numeric === 'bf16' ? 'bf16 autocast' : 'fp32',
        threads,
        measure: async () =>
          (await peer.seconds({ variant, mode: numeric, ...model, batch, seqlen, threads, steps })) / steps,
        close: () => {},
      })),
    );
}

/** Sums of a cell that inputs and state are multiplied into, each [units]: the GRU's two gates and its candidate. */
const GATES = { gru: 3, rnn: 1 } as const;

/** Floating point operations of a step: each weight that multiplies (not the one-hot input's) in three products. */
export function operations({ model, batch, seqlen }: Workload): number {
  const weights = parameterLayout(model)
    .filter(({ shape }) => shape.length === 2)
    .reduce((sum, { length }) => sum + length, -GATES[model.cell] * model.units * ALPHABET_SIZE);
  return 6 * weights * batch * seqlen;
}

/** Small steps are repeated, so that one measurement takes a noticeable time. */
function stepsOf(workload: Workload): number {
  return Math.max(1, Math.round(30e9 / operations(workload)));
}

function setupOf({ model, batch, seqlen }: Workload): TrainerSetup {
  return { model, batch, seqlen, state: initialTrainingState(model, batch, 1) };
}

/** Measures the seconds of a step, after one that does not count. */
async function stopwatch(
  workload: Workload,
  step: (inputs: Uint8Array, targets: Uint8Array) => Promise<unknown>,
): Promise<() => Promise<number>> {
  const random = new Random(1);
  const symbols = () =>
    Uint8Array.from({ length: workload.batch * workload.seqlen }, () => Math.floor(random.next() * ALPHABET_SIZE));
  const [inputs, targets] = [symbols(), symbols()];
  await step(inputs, targets);
  const steps = stepsOf(workload);
  return async () => {
    const started = performance.now();
    for (let i = 0; i < steps; i++) {
      await step(inputs, targets);
    }
    return (performance.now() - started) / 1000 / steps;
  };
}
