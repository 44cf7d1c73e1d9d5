/**
 * The talk, repeated: figures and samples of docs/talk.md.
 *
 *   npx tsx bench/talk.ts choose WHEEL FOLDER
 *   npx tsx bench/talk.ts report RUN…
 *
 * `choose` copies the Python files to learn from WHEEL, an unpacked tensorflow-cpu, to FOLDER: of tensorflow/python,
 * without the generated gen_*_ops.py, the first three of every five in the order of their paths. `report` prints, in
 * Markdown, what the networks of the runs' kept epochs write after an empty line, and figures of what they have learnt.
 */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Corpus, joinFiles, loadCorpus } from '../src/corpus/corpus';
import { createNativeEngine } from '../src/engine/native/native-engine';
import { samplePrompts, writeSamples } from '../src/generation/sample';
import { CorpusInspector } from '../src/inspection/corpus-inspector';
import { evaluate, FINAL_CHARACTERS } from '../src/metrics/evaluate';
import { readCheckpoint } from '../src/model/checkpoint';
import { networkText } from '../src/protocol/format';
import type { Mark } from '../src/protocol/marks';
import { openRun, type Run } from '../src/training/run';

const PACKAGE = join('tensorflow', 'python');

/** Characters written after each of the four prompts, over which marks are counted, and those that are printed. */
const WRITTEN = 5000;
const PRINTED = 600;
/** As in a training with its usual seed. */
const SEED = 1;

async function main([action, ...paths]: readonly string[]): Promise<void> {
  if (action === 'choose' && paths.length === 2) {
    choose(paths[0]!, paths[1]!);
  } else if (action === 'report' && paths.length > 0) {
    for (const path of paths) {
      await report(openRun(path));
    }
  } else {
    throw new Error('Say "choose WHEEL FOLDER" or "report RUN…".');
  }
}

function choose(wheel: string, folder: string): void {
  const paths = readdirSync(join(wheel, PACKAGE), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.py') && !/^gen_.*_ops\.py$/.test(basename(path)))
    .map((path) => join(PACKAGE, path))
    .sort();
  for (const path of paths.filter((_, i) => i % 5 < 3)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(wheel, path), join(folder, path));
  }
}

async function report(run: Run): Promise<void> {
  const { request, recipe } = run.info();
  const corpus = await loadCorpus(request.folders, request);
  const inspector = await CorpusInspector.of(corpus);
  const columns: Column[] = [];
  console.log(`## ${networkText(recipe.model)}\n`);
  for (const { epoch, path } of run.checkpoints()) {
    const column = await columnOf(path, epoch, corpus, inspector);
    columns.push(column);
    console.log(`### Epoch ${column.epoch}\n\n\`\`\`python\n${column.text}\n\`\`\`\n`);
  }
  printTable(columns);
}

/** Figures of one epoch by their titles, and what it writes. */
interface Column {
  readonly epoch: string;
  readonly text: string;
  readonly figures: Readonly<Record<string, string>>;
}

async function columnOf(path: string, epoch: number, corpus: Corpus, inspector: CorpusInspector): Promise<Column> {
  const { parameters, metadata } = await readCheckpoint(path);
  const predictor = await createNativeEngine({ threads: null }).createPredictor(metadata.model, parameters);
  try {
    const heldOut = joinFiles(corpus.validation).subarray(0, FINAL_CHARACTERS);
    const { bpc, accuracy } = await evaluate(predictor, heldOut);
    const prompts = samplePrompts([]);
    const texts = await writeSamples(predictor, { prompts, length: WRITTEN, seed: SEED });
    const marks = texts.flatMap((text, i) => inspector.marks(text, prompts[i]!));
    const structure = await inspector.structure(predictor, {
      characters: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
    });
    const { closers, names, indents } = structure!;
    return {
      epoch: String(Number(epoch.toFixed(2))),
      text: texts[0]!.slice(0, PRINTED),
      figures: {
        'bits per character, held out': bpc.toFixed(3),
        'right characters, held out': percent(accuracy, 1),
        ...figuresOfMarks(marks),
        'closers right, depth 1': share(closers[0]),
        'closers right, depth 2': share(closers[1]),
        'closers right, depth 3 and more': share(sum(closers.slice(2))),
        'names known, held out': share(names),
        'indentation right, held out': share(indents),
      },
    };
  } finally {
    predictor.dispose();
  }
}

/** Figures of the marks on all that was written after the prompts. */
function figuresOfMarks(marks: readonly Mark[]): Record<string, string> {
  const of = (kind: Mark['kind']) => marks.filter((mark) => mark.kind === kind);
  const rightOf = (right: Mark['kind'], wrong: Mark['kind']) => {
    const total = of(right).length + of(wrong).length;
    return share({ right: of(right).length, total });
  };
  const recited = of('recited').reduce((characters, { start, end }) => characters + end - start, 0);
  return {
    'keywords written': String(of('keyword').length),
    'builtins written': String(of('builtin').length),
    'names written that exist': rightOf('knownName', 'madeUpName'),
    'brackets closed rightly': rightOf('closed', 'misclosed'),
    'brackets never closed': String(of('unclosed').length),
    'deepest bracket closed rightly': String(Math.max(0, ...of('closed').map(({ depth }) => depth ?? 0))),
    'colons where due': rightOf('blockColon', 'missingColon'),
    'lines indented rightly': rightOf('indented', 'misindented'),
    'strings left open': String(of('openString').length),
    'recited characters': percent(recited, samplePrompts([]).length * WRITTEN),
  };
}

interface Share {
  readonly right: number;
  readonly total: number;
}

function sum(shares: readonly Share[]): Share {
  return shares.reduce((all, { right, total }) => ({ right: all.right + right, total: all.total + total }), {
    right: 0,
    total: 0,
  });
}

function share(counted: Share | undefined): string {
  return counted === undefined || counted.total === 0
    ? '–'
    : `${percent(counted.right, counted.total)} of ${counted.total}`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function printTable(columns: readonly Column[]): void {
  const line = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);
  line(['epoch', ...columns.map(({ epoch }) => epoch)]);
  line(['---', ...columns.map(() => '---:')]);
  for (const title of Object.keys(columns[0]?.figures ?? {})) {
    line([title, ...columns.map(({ figures }) => figures[title]!)]);
  }
}

main(process.argv.slice(2));
