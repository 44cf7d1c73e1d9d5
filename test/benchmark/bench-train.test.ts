import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratiosOf, type TrainRow } from '../../src/benchmark/bench-train';

const TALK = { layers: 3, units: 512, batch: 100, seqlen: 30 };

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

test('ratios compare the fastest of ours with the fastest of PyTorch, by minibatch', () => {
  const ratios = ratiosOf(NATIVE_AND_TORCH, 2);
  assert.deepEqual(ratios.best, { '100x30': 2, '64x64': null });
  assert.deepEqual(ratios.fp32, { '100x30': 1.5, '64x64': null });
  assert.deepEqual(ratios.small, { '1x128': { best: null, fp32: null }, '2x256': { best: null, fp32: null } });
});

test('tfjs is compared with tfjs alone, and takes no part in the ratio to PyTorch', () => {
  const tfjs = [
    row('understudy tfjs', 'fp32, TensorFlow 2.21.0, CPU', 90_000),
    row('tfjs op by op', 'fp32, TensorFlow 2.21.0, CPU', 45_000),
    row('understudy tfjs', 'fp32, TensorFlow 2.21.0, CPU', 30_000, { batch: 64, seqlen: 64 }),
    row('tfjs op by op', 'fp32, TensorFlow 2.21.0, CPU', 20_000, { batch: 64, seqlen: 64 }),
  ];
  const without = ratiosOf(NATIVE_AND_TORCH, 2);
  const ratios = ratiosOf([...tfjs, ...NATIVE_AND_TORCH], 2);
  assert.deepEqual(ratios.tfjs, { '100x30': 2, '64x64': 1.5 });
  assert.deepEqual({ ...ratios, tfjs: without.tfjs }, without);
  assert.deepEqual(without.tfjs, { '100x30': null, '64x64': null });
});
