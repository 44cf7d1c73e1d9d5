import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readCheckpoint } from '../../../src/model/checkpoint';
import { decodeSafetensors } from '../../../src/model/safetensors';
import { MARK_KINDS } from '../../../src/protocol/marks';
import type { TrainingEvent } from '../../../src/protocol/training-events';
import { exportRun } from '../../../src/training/export/export-run';
import { Run } from '../../../src/training/run';
import { train } from '../../../src/training/train';
import { pythonProject, smallRequest, temporaryFolder } from '../project';

const NEVER = new AbortController().signal;

/** A sample in which everything has to be quoted, with marks of two kinds. */
const STRANGE = {
  kind: 'sample' as const,
  epoch: 0.5,
  prompt: 'def "f",',
  text: '``` | <b>\n"a", b\n',
  marks: [
    { kind: 'madeUpName' as const, start: 0, end: 3 },
    { kind: 'madeUpName' as const, start: 4, end: 5 },
    { kind: 'closed' as const, start: 6, end: 7, depth: 2 },
  ],
};

/** A complete run with one sample more, and the folder for its export, which is not there yet. */
async function trained(t: TestContext, changes = {}): Promise<{ run: Run; folder: string }> {
  const path = join(temporaryFolder(t), 'run');
  await train(smallRequest(pythonProject(t), path, changes), () => {}, NEVER);
  const run = new Run(path);
  await run.note(STRANGE);
  return { run, folder: join(temporaryFolder(t), 'new', 'export') };
}

const FILES = ['curve.svg', 'marks.csv', 'metrics.csv', 'samples.csv', 'structure.csv', 'training.json', 'training.md'];

/** Reads the files with Python's own modules; the weights with safetensors where it has that, else their header. */
const READ_WITH_PYTHON = `
import csv, json, struct, sys, xml.etree.ElementTree as xml
folder, weights = sys.argv[1:]
rows = {name: list(csv.DictReader(open(f'{folder}/{name}.csv', newline=''))) for name in ('metrics', 'samples', 'marks', 'structure')}
picture = xml.parse(f'{folder}/curve.svg').getroot()
lines = [e.get('points') for e in picture.iter('{http://www.w3.org/2000/svg}polyline')]
try:
    from safetensors import safe_open
    with safe_open(f'{folder}/{weights}', 'np') as file:
        tensors = {name: list(file.get_tensor(name).shape) for name in file.keys()}
except ImportError:
    with open(f'{folder}/{weights}', 'rb') as file:
        header = json.loads(file.read(struct.unpack('<Q', file.read(8))[0]))
    tensors = {name: entry['shape'] for name, entry in header.items() if name != '__metadata__'}
print(json.dumps({'rows': rows, 'lines': lines, 'tensors': tensors}))
`;

function readWithPython(folder: string, weights: string) {
  const { stdout, stderr } = spawnSync('python3', ['-c', READ_WITH_PYTHON, folder, weights], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return JSON.parse(stdout) as {
    rows: Record<string, Record<string, string>[]>;
    lines: string[];
    tensors: Record<string, number[]>;
  };
}

function eventsOf<Kind extends TrainingEvent['kind']>(run: Run, kind: Kind): Extract<TrainingEvent, { kind: Kind }>[] {
  return run.events().filter((event): event is Extract<TrainingEvent, { kind: Kind }> => event.kind === kind);
}

test('other programs read every file of an export, and what they read is what the run has', async (t) => {
  const { run, folder } = await trained(t);
  const { files, epoch, notice } = await exportRun(run, folder, null);
  const weights = 'weights-epoch-1.safetensors';
  assert.deepEqual([...files].sort(), [...FILES, weights]);
  assert.deepEqual(readdirSync(folder).sort(), [...FILES, weights]);
  assert.equal(epoch, 1);
  assert.match(notice, /weights memorise code/);

  if (spawnSync('python3', ['--version']).status !== 0) {
    return t.skip('needs Python');
  }
  const { rows, lines, tensors } = readWithPython(folder, weights);
  const samples = eventsOf(run, 'sample');
  assert.deepEqual(
    rows.samples!.map(({ prompt, text }) => [prompt, text]),
    samples.map(({ prompt, text }) => [prompt, text]),
  );
  const marked = rows.marks!.find(({ prompt }) => prompt === STRANGE.prompt);
  assert.deepEqual([marked?.madeUpName, marked?.closed, marked?.keyword], ['2', '1', '0']);
  const validations = eventsOf(run, 'validation');
  const told = rows.metrics!.filter(({ kind }) => kind === 'validation');
  assert.deepEqual(
    told.map(({ bpc, accuracy }) => [Number(bpc), Number(accuracy)]),
    validations.map(({ bpc, accuracy }) => [bpc, accuracy]),
  );
  assert.equal(rows.metrics!.length - told.length, eventsOf(run, 'progress').length);
  const after0 = validations.filter((validation) => validation.epoch > 0);
  assert.equal(lines.at(-1)?.split(' ').length, after0.length);
  assert.deepEqual(tensors['softmax/kernel'], [8, 98]);
});

test('exported weights are those of the run, without what a resume needs', async (t) => {
  const { run, folder } = await trained(t);
  await exportRun(run, folder, null);
  const exported = await readCheckpoint(join(folder, 'weights-epoch-1.safetensors'));
  const newest = await readCheckpoint(run.newest()!);
  assert.deepEqual(exported.parameters, newest.parameters);
  assert.ok(newest.full !== null && exported.full === null);
  const { tensors } = decodeSafetensors(readFileSync(join(folder, 'weights-epoch-1.safetensors')));
  assert.ok([...tensors.keys()].every((name) => !/Adam|unaveraged|hidden/.test(name)));

  const early = await exportRun(run, `${folder}-early`, 0.11);
  assert.ok(Math.abs(early.epoch! - 0.1) < 0.03, `${early.epoch}`);
  const [name] = early.files;
  assert.notDeepEqual((await readCheckpoint(join(`${folder}-early`, name!))).parameters, newest.parameters);
});

test('the report shows samples as they are, and counts marks by kind', async (t) => {
  const { run, folder } = await trained(t);
  await run.rename('with | and # and <b>');
  await exportRun(run, folder, null);
  const report = readFileSync(join(folder, 'training.md'), 'utf8');
  assert.ok(report.startsWith('# with \\| and \\# and \\<b\\>\n'));
  assert.ok(
    report.includes(`\n\`\`\`\`python\n${STRANGE.prompt}${STRANGE.text}\`\`\`\`\n`),
    'a fence longer than its text',
  );
  assert.match(report, /\| epoch \| prompt \| made up name \| closed \|\n.*\n\| 0\.5 \| ` def "f", ` \| 2 \| 1 \|/);
  assert.match(report, /\| network \| GRU 1 × 8, /);
  assert.match(report, /Best validation: \d\.\d\d bits per character, at epoch 1\./);
});

test('the JSON of an export has all figures, and no path of this machine', async (t) => {
  const { run, folder } = await trained(t);
  await exportRun(run, folder, null);
  const text = readFileSync(join(folder, 'training.json'), 'utf8');
  const { samples, validations, details } = JSON.parse(text);
  assert.deepEqual(
    samples,
    eventsOf(run, 'sample').map((sample) => ({ ...sample, markCounts: countsOf(sample) })),
  );
  assert.deepEqual(validations, eventsOf(run, 'validation'));
  assert.equal(details.units, 8);
  assert.ok(!text.includes(run.path));
});

function countsOf({ marks }: { marks?: readonly { kind: string }[] | undefined }) {
  const count = (kind: string) => marks?.reduce((sum, mark) => sum + (mark.kind === kind ? 1 : 0), 0);
  return marks ? Object.fromEntries(MARK_KINDS.map((kind) => [kind, count(kind)])) : null;
}

test('an export is for its owner alone', { skip: process.platform === 'win32' }, async (t) => {
  const { run, folder } = await trained(t, { epochs: 0.1 });
  const { files } = await exportRun(run, folder, null);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const name of files) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
});

test('a folder that holds something, or that is a file, is refused and left as it is', async (t) => {
  const { run, folder } = await trained(t, { epochs: 0.1 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.notes'), 'mine');
  await assert.rejects(
    exportRun(run, folder, null),
    /^UserError: The folder .* is not empty: name a new one, or an empty one\.$/,
  );
  assert.deepEqual(readdirSync(folder), ['.notes']);
  await assert.rejects(
    exportRun(run, join(folder, '.notes'), null),
    /^UserError: The folder .* cannot be written: .*\.$/,
  );
  assert.equal(readFileSync(join(folder, '.notes'), 'utf8'), 'mine');
});

test('an export that fails leaves nothing behind', async (t) => {
  const { run, folder } = await trained(t, { epochs: 0.1 });
  writeFileSync(run.newest()!, 'cut off');
  await assert.rejects(exportRun(run, folder, null), /^UserError: .*latest\.safetensors/);
  assert.ok(!existsSync(folder));
  // Somebody else is quicker with a name of ours.
  const other = join(folder, '..', 'taken');
  rmSync(run.latestPath);
  await assert.rejects(
    withFileWhile(other, () => exportRun(run, other, null)),
    /^UserError: .*curve\.svg cannot be written: /,
  );
  assert.deepEqual(readdirSync(other), ['curve.svg']);
});

/** Puts a file at a place of the export as soon as its folder is there. */
async function withFileWhile<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const working = work();
  while (!existsSync(folder)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  writeFileSync(join(folder, 'curve.svg'), 'mine');
  return await working;
}

test('a run without a checkpoint is exported without weights, and says so', async (t) => {
  const { run, folder } = await trained(t, { epochs: 0.1 });
  rmSync(join(run.path, 'checkpoints'), { recursive: true });
  rmSync(join(run.path, 'metrics.jsonl'));
  rmSync(join(run.path, 'samples.jsonl'));
  await assert.rejects(exportRun(run, folder, 1), /^UserError: The training in .* has kept no weights/);
  const { files, epoch, notice } = await exportRun(run, folder, null);
  assert.deepEqual([[...files].sort(), epoch], [FILES, null]);
  assert.match(notice, /There is no checkpoint yet/);
  assert.match(readFileSync(join(folder, 'curve.svg'), 'utf8'), /Nothing has been measured yet/);
});

test('a run whose files are damaged is refused, lines that are torn are left out', async (t) => {
  const { run, folder } = await trained(t, { epochs: 0.1 });
  appendFileSync(join(run.path, 'samples.jsonl'), '{"kind":"sam');
  await exportRun(run, folder, null);
  writeFileSync(join(run.path, 'run.json'), '{');
  await assert.rejects(exportRun(run, `${folder}-2`, null), /^UserError: .*run\.json is damaged/);
  assert.ok(!existsSync(`${folder}-2`));
});
