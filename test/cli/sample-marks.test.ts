import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { marksContextOf, marksText } from '../../src/cli/sample-marks';
import { marksOf } from '../../src/inspection/marks';
import { openRun } from '../../src/training/run';
import { train } from '../../src/training/train';
import { pythonFile, pythonProject, smallRequest, temporaryFolder } from '../training/project';

test('the line under a sample counts its marks; without the folders it says what is missing', async (t) => {
  const project = pythonProject(t, 3);
  const request = smallRequest(project, join(temporaryFolder(t), 'run'), { epochs: 0.03, holdout: 'none' });
  await train(request, () => {}, new AbortController().signal);
  const run = openRun(request.run);
  const text = `${pythonFile(1).slice(0, 60)}] = wrong\n    if len(path\n`;
  const line = async () => {
    const context = await marksContextOf(run);
    return marksText(marksOf(text, '\n', context), context);
  };
  const known = await line();
  assert.match(
    known,
    /^keywords 4 · builtins 1 · names 7 known, 1 made up · brackets 1 closed rightly, 1 wrongly, 0 never · /,
  );
  assert.match(known, / · recited 60 characters \(module_1\.py:1\)$/);
  rmSync(project, { recursive: true });
  const gone = await line();
  assert.match(gone, /^keywords 4 · builtins 1 · brackets 1 closed rightly, 1 wrongly, 0 never · /);
  assert.match(gone, / · names and recitation unknown: the folders that it learnt from are gone$/);
});
