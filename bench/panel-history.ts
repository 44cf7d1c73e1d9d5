/**
 * Histories of trainings as the panel shows them, made up: a usual one, and one that is as large as the panel has to
 * hold.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/code-server/places';
import { marksOf } from '../src/inspection/marks';
import type { TrainingEvent } from '../src/protocol/training-events';
import { BUILTINS } from '../src/python/builtins';
import { corpus, progress, sample, started, validation } from '../test/panel/events';

const PROMPTS = ['\n', 'def ', 'class ', 'import '];
/** As long as samples are (generation/sample.ts). */
const SAMPLE_CHARACTERS = 600;

export interface HistorySize {
  readonly name: string;
  readonly points: number;
  readonly samplePoints: number;
}

export const SIZES: readonly HistorySize[] = [
  { name: 'usual', points: 2000, samplePoints: 40 },
  { name: 'large', points: 10_000, samplePoints: 125 },
];

export function sizeText({ name, points, samplePoints }: HistorySize): string {
  return `${name}: ${points} points, ${samplePoints} × ${PROMPTS.length} samples`;
}

/** A training's history: validation, samples and their marks at every sample point, and progress between them. */
export function history({ points, samplePoints }: HistorySize): TrainingEvent[] {
  const code = readFileSync(join(ROOT, 'scripts', 'make-python-names.py'), 'utf8');
  const known = new Set(['self', 'name', 'names', 'path', 'main', 'text', 'line', 'lines', 'value']);
  const context = { known, builtins: BUILTINS, recitation: null };
  const events: TrainingEvent[] = [corpus(), started(0)];
  for (let i = 1; i <= samplePoints; i++) {
    const epoch = (12 * i) / samplePoints;
    const share = points / samplePoints;
    for (let step = 1; step <= share; step++) {
      const at = (12 * (i - 1 + step / share)) / samplePoints;
      events.push(progress(at, 1 + 5 / (1 + 4 * at) + 0.05 * Math.sin(17 * at)));
    }
    events.push(validation(epoch, 1.1 + 5 / (1 + 4 * epoch)));
    for (const [j, prompt] of PROMPTS.entries()) {
      const text = written(code, i * PROMPTS.length + j);
      events.push({ ...sample(epoch, text, prompt), marks: marksOf(text, prompt, context) });
    }
    const share100 = { right: Math.round(90 * (1 - 1 / (i + 1))), total: 100 };
    events.push({
      kind: 'structure',
      epoch,
      closers: [share100, share100, share100],
      names: share100,
      indents: share100,
    });
    events.push({ kind: 'checkpoint', epoch, path: '' });
  }
  return events;
}

/** Python code with some characters wrong, another for each number. */
function written(code: string, number: number): string {
  const start = (number * 97) % (code.length - SAMPLE_CHARACTERS);
  const wrong = 5 + (number % 20);
  return [...code.slice(start, start + SAMPLE_CHARACTERS)]
    .map((character, i) => ((i * 31 + number) % (wrong * 3) === 0 ? 'e)x"_: '[i % 7] : character))
    .join('');
}
