import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SuggestionStatistics } from '../../../src/server/services/statistics';
import { temporaryFolder } from '../../training/project';

const URI = 'file:///a.py';

function keeper(t: TestContext) {
  const path = join(temporaryFolder(t), 'deep', 'statistics.json');
  const statistics = new SuggestionStatistics(path);
  return {
    path,
    statistics,
    show: (text: string, suggestion: string) => statistics.answered(URI, text, text.length, suggestion, 5),
    counts: () => {
      const { shown, accepted, characters } = statistics.statistics;
      return { shown, accepted, characters };
    },
  };
}

test('a suggestion that is taken over at once is accepted', (t) => {
  const { statistics, show, counts } = keeper(t);
  show('pr', 'int(x)');
  statistics.changed(URI, 'print(x)');
  assert.deepEqual(counts(), { shown: 1, accepted: 1, characters: 6 });
});

test('words taken over one by one are one acceptance', (t) => {
  const { statistics, show, counts } = keeper(t);
  show('', 'import os');
  statistics.changed(URI, 'import');
  show('import', ' os');
  statistics.changed(URI, 'import os');
  assert.deepEqual(counts(), { shown: 1, accepted: 1, characters: 9 });
});

test('typing along is no acceptance, and the rest of a suggestion no new one', (t) => {
  const { statistics, show, counts } = keeper(t);
  show('pr', 'int(x)');
  for (const typed of ['pri', 'prin', 'print']) {
    statistics.changed(URI, typed);
    show(typed, 'print(x)'.slice(typed.length));
  }
  assert.deepEqual(counts(), { shown: 1, accepted: 0, characters: 0 });
  statistics.changed(URI, 'print(x)');
  assert.deepEqual(counts(), { shown: 1, accepted: 1, characters: 3 });
});

test('pasting something else is no acceptance, and ends the suggestion', (t) => {
  const { statistics, show, counts } = keeper(t);
  show('pr', 'int(x)');
  statistics.changed(URI, 'provide');
  statistics.changed(URI, 'pr');
  statistics.changed(URI, 'print(x)');
  assert.deepEqual(counts(), { shown: 1, accepted: 0, characters: 0 });
  show('pr', 'int(x)');
  statistics.changed('file:///b.py', 'print(x)');
  assert.deepEqual(counts(), { shown: 2, accepted: 0, characters: 0 });
});

test('text after the cursor has to stay', (t) => {
  const { statistics, counts } = keeper(t);
  statistics.answered(URI, 'f()', 2, 'value', 5);
  statistics.changed(URI, 'f(value]');
  assert.equal(counts().accepted, 0);
  statistics.answered(URI, 'f()', 2, 'value', 5);
  statistics.changed(URI, 'f(value)');
  assert.equal(counts().accepted, 1);
});

test('several lines are taken over in a document of any line ends', (t) => {
  const { statistics, counts } = keeper(t);
  const text = 'x = 1\r\n\r\ny';
  statistics.answered(URI, text, 7, 'a = 2\nb = 3', 5);
  statistics.changed(URI, 'x = 1\r\na = 2\r\nb = 3\r\ny');
  assert.deepEqual(counts(), { shown: 1, accepted: 1, characters: 11 });
});

test('a line end that the editor indents is typed, not taken over', (t) => {
  const { statistics, show, counts } = keeper(t);
  show('if x:', '\n    return y');
  statistics.changed(URI, 'if x:\n    ');
  assert.deepEqual(counts(), { shown: 1, accepted: 0, characters: 0 });
});

test('latency is told as the middle and the slow end of the latest requests', (t) => {
  const { statistics } = keeper(t);
  assert.equal(statistics.statistics.latency, null);
  for (let i = 1000; i > 0; i--) {
    statistics.answered(URI, '', 0, null, i);
  }
  assert.deepEqual(statistics.statistics.latency, { p50: 250, p95: 475 });
});

test('counts outlive the server, but not a reset; a damaged file counts as none', async (t) => {
  const { statistics, path, show } = keeper(t);
  await statistics.flush();
  assert.ok(!existsSync(path), 'nothing is written where nothing happened');
  show('pr', 'int(x)');
  await statistics.flush();
  const next = new SuggestionStatistics(path);
  assert.deepEqual({ ...next.statistics, latency: null }, { ...statistics.statistics, latency: null });
  assert.equal(next.statistics.shown, 1);
  next.reset();
  await next.flush();
  assert.equal(new SuggestionStatistics(path).statistics.shown, 0);
  writeFileSync(path, '{');
  assert.equal(new SuggestionStatistics(path).statistics.shown, 0);
});

test('the file is for its owner alone, also one of an earlier version; a pipe in its place counts as none', {
  skip: process.platform === 'win32' ? 'Windows has neither' : false,
}, async (t) => {
  const { statistics, path, show } = keeper(t);
  const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);
  show('pr', 'int(x)');
  await statistics.flush();
  assert.deepEqual([dirname(path), path].map(mode), ['700', '600']);
  chmodSync(path, 0o644);
  assert.equal(new SuggestionStatistics(path).statistics.shown, 1);
  assert.equal(mode(path), '600');
  rmSync(path);
  execFileSync('mkfifo', [path]);
  assert.equal(new SuggestionStatistics(path).statistics.shown, 0);
});

test('changes are told soon, several at once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: number[] = [];
  const path = join(temporaryFolder(t), 'statistics.json');
  const statistics = new SuggestionStatistics(path, ({ shown, characters }) => told.push(shown, characters));
  statistics.answered(URI, 'pr', 2, 'int(x)', 5);
  statistics.changed(URI, 'print(x)');
  assert.deepEqual(told, [], 'not at every key');
  t.mock.timers.tick(1000);
  assert.deepEqual(told, [1, 6]);
  t.mock.timers.tick(1000);
  assert.deepEqual(told, [1, 6], 'nothing has changed since');
  statistics.reset();
  t.mock.timers.tick(1000);
  assert.deepEqual(told, [1, 6, 0, 0]);
});

test('suggestions from a chosen epoch count for it as well, wherever they are accepted', async (t) => {
  const { statistics, path, show } = keeper(t);
  show('', 'newest');
  statistics.answered(URI, 'pr', 2, 'int(x)', 5, 0.4);
  statistics.changed(URI, 'print(x)');
  statistics.answered(URI, 'pr', 2, 'ovide', 5, 0.1);
  const byEpoch = [
    { epoch: 0.1, shown: 1, accepted: 0, characters: 0 },
    { epoch: 0.4, shown: 1, accepted: 1, characters: 6 },
  ];
  assert.deepEqual(statistics.statistics.byEpoch, byEpoch);
  assert.equal(statistics.statistics.shown, 3);
  await statistics.flush();
  assert.deepEqual(new SuggestionStatistics(path).statistics.byEpoch, byEpoch);
  statistics.forgetEpochs();
  assert.deepEqual(statistics.statistics.byEpoch, [], 'of another training they would be other networks');
  assert.equal(statistics.statistics.shown, 3);
});

test('statistics of an earlier version, which knew no epochs, open', (t) => {
  const path = join(temporaryFolder(t), 'statistics.json');
  writeFileSync(path, JSON.stringify({ since: '2026-01-01T00:00:00.000Z', shown: 7, accepted: 3, characters: 40 }));
  const { shown, byEpoch } = new SuggestionStatistics(path).statistics;
  assert.deepEqual([shown, byEpoch], [7, []]);
});
