import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { marksOf } from '../../src/inspection/marks';
import { RecitationIndex } from '../../src/inspection/recitation';
import { MARK_KINDS, type Mark } from '../../src/protocol/marks';
import { encode } from '../../src/python/alphabet';
import { BUILTINS } from '../../src/python/builtins';

const FOLDER = join(__dirname, '..', 'golden-samples');

interface GoldenSample {
  readonly prompt: string;
  readonly known: ReadonlySet<string>;
  /** Marks of each kind, as `markLine` writes them. */
  readonly lines: readonly string[];
  readonly text: string;
}

/**
 * A file of test/golden-samples: the prompt as JSON, known names, then a line for each kind of mark with their number
 * and what they mark, then the text.
 */
function readGoldenSample(name: string): GoldenSample {
  const content = readFileSync(join(FOLDER, name), 'utf8');
  const end = content.indexOf('\n---\n');
  const [prompt, known, ...lines] = content.slice(0, end).split('\n');
  return {
    prompt: JSON.parse(prompt!.replace(/^prompt /, '')),
    known: new Set(known!.replace(/^known ?/, '').split(' ')),
    lines,
    // The last line feed is the file's, unless the text is to end in one: then there are two.
    text: content.slice(end + '\n---\n'.length, -1),
  };
}

/** Number of marks of a kind, and each one's characters, with its depth or source: `closed 2: )2 )1`. */
function markLine(kind: string, text: string, marks: readonly Mark[]): string {
  const items = marks.map(({ start, end, depth, source }) => {
    const marked = text.slice(start, end).replaceAll(' ', '␣').replaceAll('\t', '⇥').replaceAll('\n', '↵');
    return source ? `${source.file}:${source.line}:${marked}` : `${marked}${depth ?? ''}`;
  });
  return `${kind} ${marks.length}: ${items.join(' ')}`;
}

async function trainingFiles(): Promise<RecitationIndex> {
  const folder = join(FOLDER, 'training');
  const files = readdirSync(folder).map((name) => ({
    name,
    symbols: encode(readFileSync(join(folder, name), 'utf8')),
  }));
  return await RecitationIndex.of(files);
}

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.txt'))) {
  test(`the marks of the golden sample ${name} are those it names`, async () => {
    const { prompt, known, lines, text } = readGoldenSample(name);
    const recitation = await trainingFiles();
    const marks = marksOf(text, prompt, { known, builtins: BUILTINS, recitation });
    const found = MARK_KINDS.flatMap((kind) => {
      const ofKind = marks.filter((mark) => mark.kind === kind);
      return ofKind.length === 0 ? [] : [markLine(kind, text, ofKind)];
    });
    assert.deepEqual(found, lines);
  });
}
