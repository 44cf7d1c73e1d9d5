import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratiosOf, type TrainRow } from '../../src/benchmark/bench-train';

const TALK = { cell: 'gru', layers: 3, units: 512, batch: 100, seqlen: 30 } as const;

function row(name: string, mode: string, chars_per_second: number, more: Partial<TrainRow> = {}): TrainRow {
  return { ...TALK, name, mode, chars_per_second, threads: 2, gflops: 1, share_of_ceiling: null, ...more };
}

const NATIVE_AND_TORCH = [
  row('understudy', 'fp32, AVX2', 3000),
  row('understudy', 'bf16, AMX', 8000),
  row('understudy', 'fp32, AVX2', 1600, { threads: 1 }),
  row('PyTorch fused', 'fp32', 1500),
  row('PyTorch nn.GRU', 'fp32', 2000),
  row('PyTorch fused', 'bf16 autocast', 4000),
];

const NOTHING = { best: null, fp32: null, tfjs: null };
const OTHER_WORKLOADS = {
  '3x512/64x64': NOTHING,
  '3x512/32x64': NOTHING,
  'rnn-3x512/100x30': NOTHING,
  '1x128/100x30': NOTHING,
  '2x256/100x30': NOTHING,
};

test('ratios compare the fastest of ours with the fastest of PyTorch, by workload', () => {
  assert.deepEqual(ratiosOf(NATIVE_AND_TORCH, 2), {
    ...OTHER_WORKLOADS,
    '3x512/100x30': { best: 2, fp32: 1.5, tfjs: null },
  });
});

test('a plain cell is compared with plain cells alone', () => {
  const plain = [
    row('understudy', 'fp32, AVX2', 9000, { cell: 'rnn' }),
    row('PyTorch nn.RNN', 'fp32', 3000, { cell: 'rnn' }),
  ];
  assert.deepEqual(ratiosOf([...NATIVE_AND_TORCH, ...plain], 2), {
    ...OTHER_WORKLOADS,
    '3x512/100x30': { best: 2, fp32: 1.5, tfjs: null },
    'rnn-3x512/100x30': { best: 3, fp32: 3, tfjs: null },
  });
});

test('tfjs is compared with tfjs alone, and takes no part in the ratio to PyTorch', () => {
  const tfjs = [
    row('understudy tfjs', 'fp32, TensorFlow 2.21.0, CPU', 90_000),
    row('tfjs op by op', 'fp32, TensorFlow 2.21.0, CPU', 45_000),
    row('understudy tfjs', 'fp32, TensorFlow 2.21.0, CPU', 30_000, { batch: 64, seqlen: 64 }),
    row('tfjs op by op', 'fp32, TensorFlow 2.21.0, CPU', 20_000, { batch: 64, seqlen: 64 }),
  ];
  assert.deepEqual(ratiosOf([...tfjs, ...NATIVE_AND_TORCH], 2), {
    ...OTHER_WORKLOADS,
    '3x512/100x30': { best: 2, fp32: 1.5, tfjs: 2 },
    '3x512/64x64': { best: null, fp32: null, tfjs: 1.5 },
  });
});
