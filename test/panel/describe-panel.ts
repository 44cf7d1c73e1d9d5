import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, describe } from 'node:test';
import type { Browser } from 'playwright-core';
import { findBrowser, launchBrowser } from '../../scripts/code-server/browser';
import { ARTEFACTS } from '../../scripts/code-server/places';

const executable = findBrowser();
const skip =
  executable === null &&
  process.env.CI === undefined &&
  'no Chromium or Chrome is installed (apt-get install chromium)';

/** Tests of the panel in a browser of their own; skipped where there is none, but not where all has to run. */
export function describePanel(name: string, tests: (browser: () => Browser) => void): void {
  describe(name, { skip }, () => {
    let browser: Browser;

    before(async () => {
      assert.ok(executable, 'Chromium or Chrome is installed');
      browser = await launchBrowser(executable);
      await mkdir(ARTEFACTS, { recursive: true });
    });

    after(() => browser?.close());

    tests(() => browser);
  });
}
