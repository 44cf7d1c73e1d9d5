import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { ROOT } from '../../scripts/code-server/places';
import { workspaceCopy } from './fixture';
import { RESULTS } from './suite/results';
import { buildSuite } from './suite-run';

/**
 * `npm run test:electron`: the tests of suite/ in a desktop VS Code, which @vscode/test-electron downloads. What can
 * only be seen from outside (ghost text on the screen, the panel, keys) is tested by vscode.test.ts alone.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-'));
  try {
    await runTests({
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: await buildSuite(),
      extensionTestsEnv: { [RESULTS]: join(folder, 'results.json') },
      launchArgs: [
        await workspaceCopy(folder),
        '--user-data-dir',
        join(folder, 'profile'),
        '--disable-workspace-trust',
      ],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

void main();
