import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MARGIN, placeIn, roundValues } from '../../src/panel/context/chart-scale';
import {
  chartSummary,
  closerRows,
  lineNames,
  measuredOn,
  reachRows,
  reachText,
} from '../../src/panel/context/context-text';
import { choiceOf, keyOf, networkGroups, newestChoice } from '../../src/panel/context/networks';
import type { RunDetails, RunSummary } from '../../src/protocol/run-summary';
import { measuredContext } from './measured-context';

const GRU = measuredContext(1.5, 100);
const RNN = measuredContext(2.1, 10, { cell: 'rnn' });

test('two networks are told apart by size and epoch, or by their trainings', () => {
  assert.deepEqual(lineNames([GRU, RNN], ['a', 'b']), ['GRU 3 × 512, epoch 4', 'RNN 3 × 512, epoch 4']);
  assert.deepEqual(lineNames([GRU, GRU], ['a', 'b']), ['GRU 3 × 512, epoch 4, a', 'GRU 3 × 512, epoch 4, b']);
});

test('a sentence says from where on seeing more hardly helps', () => {
  assert.equal(
    reachText(GRU, 'The GRU'),
    'The GRU hardly gains from seeing more than 100 characters: it then comes within 0.05 bits of its best.',
  );
  assert.match(reachText(RNN, 'The RNN'), /more than 10 characters:/);
  const nearly = GRU.reaches.map((one) => (one.reach === 30 ? { ...one, bpc: 1.54 } : one));
  assert.match(reachText({ ...GRU, reaches: nearly }, 'It'), /more than 30 characters:/);
  const still = measuredContext(1, 3000);
  assert.equal(reachText(still, 'It'), 'It still gains from seeing 3,000 characters rather than fewer.');
  assert.equal(reachText({ ...still, reaches: still.reaches.slice(0, 1) }, 'It'), '');
});

test('it is said what was measured on, and that two texts cannot be compared', () => {
  const words = 'Measured on 1,024 held-out characters, and on the closing brackets of 40,000.';
  assert.equal(measuredOn([GRU, RNN]), words);
  assert.match(measuredOn([GRU, { ...RNN, text: 'b2' }]), /The two read different text: .* Measure both again\.$/);
  assert.match(measuredOn([{ ...GRU, isHeldOut: false }]), /^Measured on 1,024 characters that were learnt from, as/);
  assert.match(measuredOn([{ ...GRU, reaches: [] }]), /^There is too little held-out text/);
});

test('tables have a row for each reach and distance that was measured', () => {
  const short = { ...RNN, reaches: RNN.reaches.slice(0, 2) };
  const rows = reachRows([GRU, short]);
  assert.deepEqual([rows.length, rows[0], rows[7]], [8, ['1', '4.10', '4.70'], ['3,000', '1.50', '–']]);
  const closers = closerRows([GRU, RNN]);
  assert.deepEqual(
    closers.map(([distance]) => distance),
    ['1 to 2', '3 to 9', '10 to 29', '30 to 99', '100 to 299', '300 to 999'],
    'none without brackets',
  );
  assert.deepEqual(closers[4], ['100 to 299', '48 % of 31', '12 % of 31']);
});

test('a picture’s summary says where each line begins and ends', () => {
  const lines = [
    {
      name: 'GRU',
      points: [
        { x: 1, y: 4 },
        { x: 3000, y: 1.5 },
      ],
    },
    { name: 'none', points: [] },
  ];
  assert.equal(chartSummary('Bits', lines, String), 'Bits: GRU from 4 at 1 to 1.5 at 3,000.');
});

test('networks are chosen among the epochs that trainings have kept', () => {
  const details = { cell: 'gru', layers: 3, units: 512, checkpoints: [0.03, 4] } as unknown as RunDetails;
  const run = { id: 'r1', name: 'mine', created: '', bytes: 1, isCurrent: true, details };
  const runs: RunSummary[] = [
    run,
    { ...run, id: 'r2', details: { ...details, checkpoints: [] } },
    { ...run, details: null },
  ];
  const groups = networkGroups(runs);
  assert.deepEqual(groups, [{ run: 'r1', name: 'mine (current)', network: 'GRU 3 × 512', epochs: [0.03, 4] }]);
  const newest = newestChoice(groups)!;
  assert.deepEqual(newest, { run: 'r1', epoch: 4 });
  assert.deepEqual(choiceOf(keyOf(newest), groups), newest);
  assert.equal(choiceOf('3 r1', groups), null);
  assert.equal(newestChoice([]), null);
});

test('points are placed by their logarithm, between round values', () => {
  const place = placeIn(400, 200, { x: [1, 100], y: [1, 3] });
  const [middle, height] = place({ x: 10, y: 2 });
  assert.ok(Math.abs(middle - (MARGIN.left + (400 - MARGIN.left - MARGIN.right) / 2)) < 1e-9);
  assert.equal(height, MARGIN.top + (200 - MARGIN.top - MARGIN.bottom) / 2);
  assert.deepEqual(roundValues([1.52, 4.1]), [1, 2, 3, 4, 5]);
  assert.deepEqual(roundValues([0, 1]), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(roundValues([2, 2]), [2, 2.05, 2.1]);
});
