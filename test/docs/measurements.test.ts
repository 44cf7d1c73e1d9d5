import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { figuresOf } from '../../scripts/measurements/import';
import { PAGE, renderPage } from '../../scripts/measurements/page';

test('the page of measurements is what its results give', () => {
  assert.equal(readFileSync(PAGE, 'utf8'), renderPage(), 'npm run measurements writes it anew');
});

const row = { name: 'understudy', cell: 'gru', batch: 100, seqlen: 30, layers: 3, units: 512, share_of_ceiling: null };

test('what the benchmark of training prints becomes figures of its threads and modes', () => {
  const output = {
    ceilings: { fp32_gflops: 200, bf16_gflops: null, int8_gflops: 800 },
    rows: [
      { ...row, mode: 'int8, AVX-512', threads: 2, chars_per_second: 28000.4, share_of_ceiling: 0.756 },
      { ...row, mode: 'fp32, AVX-512', threads: 2, chars_per_second: 8000 },
      { ...row, mode: 'fp32, AVX-512', threads: 1, chars_per_second: 4100 },
      { ...row, name: 'PyTorch fused', mode: 'fp32', threads: 2, chars_per_second: 5000 },
      { ...row, name: 'PyTorch nn.GRU', mode: 'fp32', threads: 2, chars_per_second: 4000 },
    ],
    ratios: {
      '3x512/100x30': { best: 2.345, fp32: 1.6, tfjs: null },
      '3x512/64x64': { best: null, fp32: null, tfjs: null },
      '1x128/100x30': { best: 4.4, fp32: null, tfjs: null },
    },
    scaling: { threads: 2, efficiency: 0.976 },
    torch: '2.13',
  };
  assert.deepEqual(figuresOf(output, null), {
    'train/3x512/100x30/int8': { value: 28000, remark: '76 % of the ceiling' },
    'train/3x512/100x30/fp32': 8000,
    'train/3x512/100x30/pytorch': { value: 5000, remark: 'PyTorch fused 2.13, fp32' },
    'train/3x512/100x30/times-pytorch': 2.35,
    'train/3x512/100x30/times-pytorch-fp32': 1.6,
    'train/1x128/100x30/times-pytorch': 4.4,
    'train/scaling': 0.98,
  });
});

test('what the benchmark of prediction prints becomes figures of weights in 8 bits', () => {
  const speeds = { ms_per_char: 0.1111, chars_per_second: 9000, prime_2000_ms: 77.2, four_streams_ms: 0.145 };
  const output = {
    rows: [
      { name: 'understudy', mode: 'as stored, 8 bits', threads: 1, ...speeds },
      { name: 'understudy', mode: 'as trained, bf16, AVX-512', threads: 1, ...speeds, ms_per_char: 9 },
    ],
    ratios: { ms_per_char: { '1': 6.66 }, prime_2000_ms: { '1': 9 } },
    torch: '2.13',
  };
  assert.deepEqual(figuresOf(output, null), {
    'predict/1/ms_per_char': 0.111,
    'predict/1/four_streams_ms': 0.145,
    'predict/1/prime_2000_ms': 77,
    'predict/1/times-pytorch': 6.7,
  });
});

test('what eval and train print becomes figures of their subject, which has to be named', () => {
  const point = {
    experts: 'both',
    mode: 'quiet',
    threshold: 0.7,
    saved: 0.4051,
    saved_in_editor: null,
    accepted: 0.856,
  };
  const output = {
    bpc: { network: 0.942, memory: null, both: 0.6461 },
    bpc_without_adapting: { network: 0.942, memory: null, both: null },
    keystrokes: [point, { ...point, mode: null }],
    latency_ms: { p50: 1.21, p95: 7.6 },
  };
  assert.deepEqual(figuresOf(output, 'django-600s'), {
    'eval/django-600s/bpc/network': 0.942,
    'eval/django-600s/bpc/both': 0.646,
    'eval/django-600s/keystrokes/both/quiet/saved': { value: 0.405, remark: 'threshold 0.7' },
    'eval/django-600s/keystrokes/both/quiet/accepted': 0.856,
    'eval/django-600s/latency_ms/p50': 1.2,
    'eval/django-600s/latency_ms/p95': 7.6,
  });
  const trained = { run: '/run', chars_per_second: 25300.2, validation_bpc: 0.9421 };
  assert.deepEqual(figuresOf(trained, 'django-600s'), {
    'learn/django-600s/bpc': 0.942,
    'learn/django-600s/chars_per_second': 25300,
  });
  assert.throws(() => figuresOf(trained, null), /--subject/);
  assert.throws(() => figuresOf({ text: 'ghost' }, null), /no --json output/);
});
