import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { encode } from 'iconv-lite';
import { rememberAround } from '../../src/cli/build-memory';
import { cursorAt, inWords } from '../../src/cli/complete';
import { program } from '../../src/cli/program';
import { sampleCommand } from '../../src/cli/sample';
import { Syntax } from '../../src/completion/code-aware/syntax';
import { openRun } from '../../src/training/run';
import { train } from '../../src/training/train';
import { pythonFile, smallRequest } from '../training/project';
import { understudy } from './run';

const data = mkdtempSync(join(tmpdir(), 'understudy-'));
const [project, run] = [join(data, 'project'), join(data, 'run')];
after(() => rmSync(data, { recursive: true, force: true }));

/** One training for all commands. */
before(async () => {
  mkdirSync(project);
  for (let i = 0; i < 12; i++) {
    writeFileSync(join(project, `module_${i}.py`), pythonFile(i));
  }
  await train(smallRequest(project, run), () => {}, new AbortController().signal);
});

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await understudy(data, ...args, '--engine', 'reference', '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

test('sample writes the same text for the same seed, from the epoch asked for', async () => {
  const early = await json('sample', run, '--epoch', '0.1', '--prompt', 'def ', '--length', '50', '--seed', '7');
  assert.ok(Math.abs((early.epoch as number) - 0.1) < 0.03, `${early.epoch}`);
  assert.deepEqual([early.prompt, (early.text as string).length, early.temperature], ['def ', 50, 0.7]);
  const last = await understudy(data, 'sample', run, '--prompt', 'def ', '--length', '50', '--engine', 'reference');
  const again = await json('sample', run, '--prompt', 'def ', '--length', '50');
  assert.equal(last.stdout, `def ${again.text}\n`);
  assert.notEqual(again.text, early.text);
});

test('sample --code-aware writes what Python allows, where the network alone would not', async () => {
  const wild = ['sample', run, '--prompt', 'x = [', '--length', '200', '--temperature', '3'];
  const isAllowed = (text: unknown) => {
    const syntax = new Syntax().read('x = [');
    return Array.from(text as string).every((character) => {
      const isFine = syntax.allows(character.charCodeAt(0));
      syntax.read(character);
      return isFine;
    });
  };
  assert.equal(isAllowed((await json(...wild)).text), false);
  assert.equal(isAllowed((await json(...wild, '--code-aware')).text), true);
});

test('complete --json explains what ghost text would show', async () => {
  const explanation = await json('complete', run, `${join(project, 'module_3.py')}:4:11`);
  for (const key of ['text', 'shown', 'probability', 'characters', 'dropped_by', 'candidate']) {
    assert.ok(key in explanation, key);
  }
  const characters = explanation.characters as { text: string; probability: number }[];
  assert.equal(characters.map(({ text }) => text).join(''), explanation.candidate);
  assert.ok(characters.length > 0 && characters.every(({ probability }) => probability > 0 && probability <= 1));
});

test('eval --json gives bits per character and accuracy, and null for what is not measured', async () => {
  const { bpc, accuracy, ...rest } = await json('eval', run, project, '--holdout', 'every-10th', '--typed', '0');
  const { network, ...others } = bpc as Record<string, number | null>;
  assert.ok((network as number) > 0 && (network as number) < 7);
  assert.ok((accuracy as number) >= 0 && (accuracy as number) < 1);
  for (const figure of Object.values(others)) {
    assert.ok((figure as number) > 0 && (figure as number) < 7);
  }
  const { bpc_without_adapting: frozen, ...nothing } = rest;
  assert.ok((frozen as { memory: number }).memory > (others.memory as number));
  assert.deepEqual(nothing, { characters: 696, keystrokes: null, latency_ms: null, code: null });
});

test('eval --no-memory measures the network alone', async () => {
  const given = ['eval', run, project, '--holdout', 'every-10th', '--typed', '100', '--no-memory'];
  const { bpc, keystrokes } = await json(...given);
  assert.deepEqual([(bpc as { memory: null }).memory, (bpc as { both: null }).both], [null, null]);
  assert.ok((keystrokes as { experts: string }[]).every(({ experts }) => experts === 'network'));
});

test('eval --json gives keystrokes by threshold, each mode among them, and latency', async () => {
  const { keystrokes, latency_ms } = await json('eval', run, project, '--holdout', 'every-10th', '--typed', '300');
  const rows = keystrokes as Record<string, unknown>[];
  assert.deepEqual(Object.keys(rows[0]!), [
    'mode',
    'threshold',
    'experts',
    'saved',
    'saved_in_editor',
    'shown',
    'accepted',
    'mean_accepted_length',
    'wrong_per_100',
    'calibration',
  ]);
  for (const mode of ['quiet', 'balanced', 'eager']) {
    assert.equal(rows.filter((row) => row.mode === mode).length, 3);
  }
  const { p50, p95 } = latency_ms as Record<string, number>;
  assert.ok(p50! > 0 && p95! >= p50!);
});

test('export writes a run to a folder, and says what people have to know', async () => {
  const out = join(data, 'exported');
  const { code, stdout, stderr } = await understudy(data, 'export', run, '--out', out);
  assert.deepEqual([code, stderr], [0, '']);
  const [files, notice, ...rest] = stdout.split('\n');
  assert.match(files!, /exported: weights-epoch-1\.safetensors, training\.md, /);
  assert.match(notice!, /^A model’s weights memorise code/);
  assert.deepEqual(rest, ['']);
  await refused(['export', run, '--out', out], /exported is not empty: name a new one, or an empty one\.$/);
  const early = await understudy(data, 'export', run, '--out', join(data, 'early'), '--epoch', '0.1', '--json');
  const told = JSON.parse(early.stdout);
  assert.deepEqual([told.run, told.folder], [run, join(data, 'early')]);
  assert.ok(Math.abs(told.epoch - 0.1) < 0.03);
});

/** Runs the command in this process, where an error is not yet a line on standard error. */
async function refused(args: readonly string[], sentence: RegExp): Promise<void> {
  await assert.rejects(program().parseAsync(args, { from: 'user' }), { name: 'UserError', message: sentence });
}

test('places that are not there are told in a sentence', async () => {
  const file = join(project, 'module_3.py');
  await refused(['complete', run, file], /^".*" is no position: write it as FILE:LINE:COLUMN/);
  await refused(['complete', run, `${file}:99:1`], /has 18 lines, so there is no line 99\.$/);
  await refused(
    ['complete', run, `${file}:1:40`],
    /^Line 1 of .* has the columns 1 to 10, so there is no column 40\.$/,
  );
  await refused(['complete', run, 'nowhere.py:1:1'], /^nowhere\.py cannot be read: it does not exist\.$/);
  await refused(['sample', join(data, 'nowhere')], /^There is no run at /);
  await refused(['sample', project], /holds no training /);
});

const CODED = '# coding: shift_jis\nname = "日本語" + load(1)\n';
for (const [what, bytes, place, before, beyond] of [
  ['a byte order mark is no column', Buffer.from('\ufeffx = load(1)\n'), '1:10', 'x = load(', '1:13'],
  ['a lone CR ends a line', Buffer.from('a = 1\rx = load(1)\r'), '2:10', 'x = load(', '4:1'],
  ['CR LF ends one line', Buffer.from('a = 1\r\nx = load(1)\r\n'), '2:10', 'x = load(', '2:13'],
  ['a form feed ends none', Buffer.from('a = 1\f\nx = load(1)'), '2:10', 'x = load(', '3:1'],
  ['a coding line is heeded', encode(CODED, 'shift_jis'), '2:21', 'name = "日本語" + load(', '2:24'],
  ['columns are counted in UTF-16', Buffer.from('s = "👩‍💻"; load(1)'), '1:19', 's = "👩‍💻"; load(', '1:22'],
] as const) {
  test(`complete reads a file as an editor shows it: ${what}`, async () => {
    const file = join(data, 'position.py');
    writeFileSync(file, bytes);
    const { file: path, text, offset } = await cursorAt(`${file}:${place}`);
    assert.equal(path, file);
    assert.equal(text.slice(0, offset).split('\n').at(-1), before);
    assert.ok(text.startsWith('1)', offset));
    await assert.rejects(cursorAt(`${file}:${beyond}`), /^UserError: .* so there is no (line|column) \d+\.$/);
  });
}

test('extreme positions are told in a sentence', async () => {
  const file = join(data, 'position.py');
  writeFileSync(file, 'x = 1');
  for (const place of ['0:1', '1:0', '1:7', '2:1', `1:${'9'.repeat(400)}`, `${'9'.repeat(400)}:1`]) {
    await assert.rejects(cursorAt(`${file}:${place}`), /^UserError: .* so there is no (line|column) \d+\.$/);
  }
  await assert.rejects(cursorAt(`${file}:1:1.5`), /is no position/);
  await assert.rejects(cursorAt(`${file}:-1:1`), /is no position/);
});

test('what is no text of a reasonable size is told in a sentence', async () => {
  const file = join(data, 'strange.py');
  const refusal = async (bytes: Uint8Array | string, sentence: RegExp) => {
    writeFileSync(file, bytes);
    await refused(['complete', run, `${file}:1:1`], sentence);
  };
  await refusal(Uint8Array.of(0, 1, 2), /strange\.py cannot be read: a binary file/);
  await refusal(Uint8Array.of(0x78, 0xe9), /strange\.py cannot be read: not valid UTF-8/);
  await refusal('x'.repeat(2_000_001), /strange\.py has more than 2,000,000 characters: nothing is suggested in it\.$/);
  await refusal('x'.repeat(8_000_001), /strange\.py cannot be read: it is too large\.$/);
  await refused(['complete', run, `${data}:1:1`], /cannot be read: it is a folder\.$/);
});

test('complete knows a file by its own name, by whatever path it is told', async (t) => {
  if (process.platform === 'win32') {
    return t.skip('links need a permission there');
  }
  const [folder, file] = [join(data, 'link'), join(project, 'link.py')];
  symlinkSync(project, folder);
  symlinkSync(join(project, 'module_3.py'), file);
  t.after(() => rmSync(file));
  for (const path of [join(project, 'module_3.py'), join(folder, 'module_3.py'), file]) {
    assert.equal((await rememberAround(openRun(run), path, 'import os\n'))?.name, 'module_3.py', path);
  }
});

test('a rule that holds everything back leaves no empty suggestion to be told of', () => {
  const nothing = { text: '', shown: false, probability: 1, characters: [], candidate: '' };
  const words = inWords({ ...nothing, droppedBy: 'mid-line', reason: 'Not in the middle of a line.' });
  assert.equal(words, 'nothing shown: Not in the middle of a line.');
});

for (const [option, value, bound] of [
  ['--length', '1e9', 'a whole number from 1 to 1000000'],
  ['--length', '2.5', 'a whole number from 1 to 1000000'],
  ['--temperature', '-1', 'a number from 0 to 100'],
  ['--temperature', '1e9', 'a number from 0 to 100'],
  ['--top', '99', 'a whole number from 1 to 98'],
  ['--seed', '-1', 'a whole number from 0 to 4294967295'],
  ['--seed', '4294967296', 'a whole number from 0 to 4294967295'],
  ['--epoch', '-1', 'a number from 0 to 1000000'],
  ['--threads', '100000', 'a whole number from 1 to 256'],
  ['--threads', '1.5', 'a whole number from 1 to 256'],
] as const) {
  test(`sample ${option} ${value} is refused with the range`, async () => {
    const command = sampleCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => {} });
    await assert.rejects(command.parseAsync([run, option, value], { from: 'user' }), {
      message: new RegExp(`argument '${value}' is invalid\\. It must be ${bound}\\.$`),
    });
  });
}

test('a damaged checkpoint is told in a sentence', async () => {
  const damaged = join(data, 'damaged');
  await train(smallRequest(project, damaged, { epochs: 0.1 }), () => {}, new AbortController().signal);
  writeFileSync(join(damaged, 'checkpoints', 'latest.safetensors'), 'cut off');
  await refused(['sample', damaged], /latest\.safetensors/);
});

test('what cannot be trained is told in a sentence', async () => {
  await refused(['train', '/nowhere/at/all', '--out', join(data, 'none')], /\/nowhere\/at\/all/);
  await refused(
    ['train', project, '--batch', '99999', '--out', join(data, 'none')],
    /^batch must be a whole number from 1 to 4096, not 99999\.$/,
  );
  await refused(
    ['train', join(data, 'new'), '--resume'],
    /^No training of .*new to resume: name its run folder with --out\.$/,
  );
});

for (const [what, args, line] of [
  ['of the user’s', ['sample', '/nowhere'], /^understudy: There is no run at \/nowhere\.$/],
  [
    'in an option',
    ['sample', '.', '--length', '0\u001b[2J'],
    /^error: option '--length <n>' argument '0\\x1b\[2J' is invalid\. It must be a number\.$/,
  ],
] as const) {
  test(`an error ${what} is one line, and a failure`, async () => {
    const { code, stdout, stderr } = await understudy(data, ...args);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr.split('\n')[0]!, line);
    assert.ok(!stderr.includes('    at '), stderr);
  });
}
