import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { TrainRequest } from '../../src/protocol/training-events';

/** A new folder that is removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  t.after(() => remove(folder));
  return folder;
}

/** A trainer that has not yet noticed that its server or its folder is gone adds files while others are removed. */
function remove(folder: string, attempts = 20): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    if (attempts === 1) {
      throw error;
    }
    remove(folder, attempts - 1);
  }
}

/** A small Python project: `files` different files of about 450 characters. */
export function pythonProject(t: TestContext, files = 12): string {
  const folder = join(temporaryFolder(t), 'project');
  mkdirSync(folder);
  for (let i = 0; i < files; i++) {
    writeFileSync(join(folder, `module_${i}.py`), pythonFile(i));
  }
  return folder;
}

export function pythonFile(number: number): string {
  const functions = ['load', 'save', 'check'].map(
    (verb) =>
      `def ${verb}_${number}(path, limit=${number}):\n    with open(path) as file:\n        return [line for line in file][:limit]\n\n`,
  );
  return `import os\nimport sys\n\nNUMBER = ${number}\n\n${functions.join('')}`;
}

/** A request for a network small enough for the reference engine: 1 × 8 units, batches of 4 × 8. */
export function smallRequest(folder: string, run: string, changes: Partial<TrainRequest> = {}): TrainRequest {
  return {
    folders: [folder],
    run,
    preset: 'fast',
    epochs: 1,
    seconds: null,
    cell: null,
    layers: 1,
    units: 8,
    seqlen: 8,
    batch: 4,
    engine: 'reference',
    threads: 1,
    seed: 1,
    holdout: 'every-10th',
    excludes: [],
    wholeCorpus: false,
    memory: false,
    prompts: [],
    resume: false,
    ...changes,
  };
}
