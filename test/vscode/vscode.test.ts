import * as assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { workspaceCopy } from './fixture';
import { findBrowser, launchBrowser } from './host/browser';
import { processesNaming } from './host/processes';
import { Host, type HostOptions } from './host/server';
import { runSuite } from './host/suite';
import { Workbench } from './host/workbench';
import { pack } from './pack';

const LIMIT = { timeout: 240_000 };

const executable = findBrowser();
const skip =
  executable === null &&
  process.env.CI === undefined &&
  'no Chromium or Chrome is installed (apt-get install chromium)';

describe('in a real VS Code', { skip }, () => {
  let scratch: string;
  let vsix: string;
  let browser: Browser;
  let folder: string;

  before(async () => {
    assert.ok(executable, 'Chromium or Chrome is installed');
    scratch = await mkdtemp(join(tmpdir(), 'understudy-'));
    vsix = await pack(join(scratch, 'understudy.vsix'));
    browser = await launchBrowser(executable);
    folder = await workspaceCopy(scratch);
  }, LIMIT);

  after(async () => {
    await browser?.close();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  });

  const start = (name: string, options: Omit<HostOptions, 'profile' | 'port'>) =>
    Host.start([vsix], { profile: join(scratch, name), port: 0, ...options });

  it('passes the tests in its extension host', LIMIT, async (t) => {
    const host = await start('automated', { trusted: true, automated: true });
    try {
      const { tests } = await runSuite(host, browser, folder, join(scratch, 'results.json'));
      for (const { title, err } of tests) {
        await t.test(title, () => {
          if (err.stack !== undefined) assert.fail(err.stack);
        });
      }
      assert.ok(tests.length > 0, 'tests ran');
    } finally {
      await host.stop();
    }
  });

  describe('as a person uses it', () => {
    let host: Host;
    let window: Workbench;

    before(async () => {
      host = await start('person', { trusted: true, automated: false });
      window = await Workbench.open(browser, host.address(folder));
    }, LIMIT);

    after(async () => {
      await window?.close();
      await host?.stop();
    });

    it('trains on the workspace and says so', LIMIT, async () => {
      await window.openFile('record.py');
      await window.command('Understudy: Train on Workspace');
      await window.status(/Understudy: training \d+ %/).waitFor();
      await window.status(/Understudy: ready/).waitFor();
    });
  });
});
