import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { WriteStream } from 'node:tty';
import { TerminalReport } from '../../src/cli/terminal-report';
import { barText, endText } from '../../src/cli/train-text';
import { readingText } from '../../src/protocol/format';
import type { TrainingEvent } from '../../src/protocol/training-events';
import { calibration, finished, started } from '../panel/events';

const PROGRESS: TrainingEvent = {
  kind: 'progress',
  step: 10,
  epoch: 0.031,
  characters: 30_000,
  seconds: 4,
  charactersPerSecond: 7512,
  done: 0.34,
  secondsLeft: 130,
  trainBpc: 2.3456,
  learningRate: 0.001,
};
const VALIDATION: TrainingEvent = {
  kind: 'validation',
  step: 10,
  epoch: 0.031,
  seconds: 4,
  characters: 20_000,
  bpc: 2.5,
  accuracy: 0.4,
};
const SAMPLE: TrainingEvent = { kind: 'sample', epoch: 0.03, prompt: '\n', text: `def f():\n${'x'.repeat(150)}\n` };

/** What a report writes on a terminal, of so many columns, or elsewhere. */
function written(isTTY: boolean, show: (report: TerminalReport, stream: WriteStream) => void, columns = 120): string {
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns,
    // What the bar asks of a terminal beside writing.
    cursorTo: () => true,
    moveCursor: () => true,
    clearLine: () => true,
  }) as unknown as WriteStream & PassThrough;
  const report = new TerminalReport(stream);
  show(report, stream);
  report.end();
  return String(stream.read() ?? '');
}

test('a terminal gets a bar with the figures beside it, and samples above it', () => {
  const text = written(true, (report) => {
    report.show(PROGRESS);
    report.show(VALIDATION);
    report.show(SAMPLE);
  });
  const [before, after] = text.split('── what it writes at epoch 0.03, validation 2.50 bpc ─');
  assert.match(before!, /█{8}░{16} 34 % · epoch 0\.031 · 2\.35 bpc · 7,510 chars\/s · 2 min left/);
  assert.match(after!, /│ def f\(\):\n│ x{98}\n│ x{52}\n│\n/);
  assert.match(after!, /34 % · epoch 0\.031 · 2\.35 bpc \(validation 2\.50\)/, 'the bar comes back under the sample');
});

for (const [columns, line] of [
  [80, '█████░░░░░░░░░░░ 34 % · epoch 0.031 · 2.35 bpc (validation 2.50) · 2 min left'],
  [60, '████░░░░░░░░ 34 % · 2.35 bpc (validation 2.50) · 2 min left'],
  [40, '███░░░░░ 34 % · 2.35 bpc · 2 min left'],
  [30, '███░░░░░ 34 % · 2 min left'],
  [20, '███░░░░░ 34 %'],
  [2, '34 %'],
] as const) {
  test(`a terminal of ${columns} columns gets what fits beside the bar`, () => {
    const text = barText(PROGRESS, VALIDATION, columns);
    assert.equal(text, line);
    assert.ok(text.length < columns || columns === 2);
  });
}

for (const [columns, width] of [
  [0, 100],
  [2, 20],
  [40, 40],
  [120, 100],
]) {
  test(`a sample is ${width} columns wide on a terminal that says it has ${columns}`, () => {
    const text = written(true, (report) => report.show(SAMPLE), columns);
    const lines = text.split('\n').filter((line) => /^[│─]/.test(line));
    assert.equal(Math.max(...lines.map(({ length }) => length)), width, text);
    assert.equal(lines.join('').replace(/[^x]/g, ''), `${'x'.repeat(150)}`);
  });
}

test('the bar follows a terminal that is made narrower', () => {
  const text = written(true, (report, stream) => {
    report.show(PROGRESS);
    stream.columns = 30;
    report.write('A line.');
  });
  assert.match(text, /chars\/s.*A line\..*█{3}░{5} 34 % · 2 min left/s);
});

test('the line about reading makes room for whatever is said meanwhile, and for the end', () => {
  const reading = { kind: 'reading', found: 7, read: 3, characters: 900 } as const;
  const text = written(true, (report) => {
    report.show(reading);
    report.write('Stopping.');
    report.show(reading);
  });
  const line = `\r${readingText(reading)}\u001b[K`;
  assert.equal(text, `${line}\r\u001b[KStopping.\n${line}\r\u001b[K`);
});

test('elsewhere the reading has a line after a second, then every five seconds', () => {
  // Told four times a second.
  const text = written(false, (report) => {
    for (let read = 1; read <= 48; read++) {
      report.show({ kind: 'reading', found: 99, read, characters: 900 });
    }
  });
  const lines = [4, 24, 44].map((read) => `${readingText({ kind: 'reading', found: 99, read, characters: 900 })}\n`);
  assert.equal(text, lines.join(''));
});

test('a terminal obeys nothing that is quoted', () => {
  const hostile = 'a\u001b[2J\u001b]0;x\u0007\n.py';
  const text = written(false, (report) => {
    report.show(started(0, { run: `/runs/${hostile}`, device: hostile, notice: hostile }));
    report.show({ kind: 'sample', epoch: 1, prompt: '\n', text: '\tx = 1\u001b[2J' });
    report.write(endText(finished(4), report, []));
    report.write(hostile);
  });
  assert.doesNotMatch(text, /[^\P{Cc}\n]/u);
  assert.match(text, /^Run folder: \/runs\/a\\x1b\[2J\\x1b\]0;x\\x07\\n\.py$/m);
  assert.match(text, /^│ {5}x = 1\\x1b\[2J$/m);
});

test('the commands to go on with can be copied into a shell', () => {
  const ending = { ...finished(4), reason: 'stopped', run: "/runs/it's $(touch pwned)" } as const;
  const words = endText(ending, { validation: null, calibration: null }, ['-x', 'my shop']);
  const quoted =
    process.platform === 'win32'
      ? /\.\\-x "my shop"/
      : /train \.\/-x 'my shop' --out '\/runs\/it'\\''s \$\(touch pwned\)' --resume$/;
  assert.match(words, quoted);
});

test('elsewhere there is a line every five seconds or hundredth of the training, and one at the end', () => {
  const lines = (seconds: number) => {
    const text = written(false, (report) => {
      for (let at = 0; at <= seconds; at += 0.25) {
        report.show({ ...PROGRESS, seconds: at, done: at / seconds });
      }
    });
    return text.trimEnd().split('\n');
  };
  const short = lines(11);
  assert.equal(short.length, 4, short.join('\n'));
  assert.equal(short[0], '  0 % · epoch 0.031 · 2.35 bpc · 7,510 chars/s · 2 min left');
  assert.equal(short[3], '100 % · epoch 0.031 · 2.35 bpc · 7,510 chars/s · measuring');
  assert.ok(Math.abs(lines(5000).length - 100) <= 2);
});

test('the end says what to expect of suggestions, where they were tried out', () => {
  const textAfter = (...events: TrainingEvent[]) => {
    let text = '';
    written(false, (report) => {
      for (const event of events) {
        report.show(event);
      }
      text = endText(finished(4), report, ['shop']);
    });
    return text.split('\n');
  };
  const after = textAfter(VALIDATION, calibration(4));
  assert.match(after[2]!, /^On files held out of the training, quiet mode saves 38 %/);
  assert.deepEqual(textAfter(VALIDATION), after.toSpliced(2, 1));
});
