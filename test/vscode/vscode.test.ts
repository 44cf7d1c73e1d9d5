import * as assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { findBrowser, launchBrowser } from '../../scripts/code-server/browser';
import { processesNaming } from '../../scripts/code-server/processes';
import { Host, type HostOptions } from '../../scripts/code-server/server';
import { Workbench } from '../../scripts/code-server/workbench';
import { pack } from '../../scripts/pack';
import { CONTINUATION, LEARNT, LONG, TYPED } from './expectations';
import { changeSettings, workspaceCopy, writeUnfinished } from './fixture';
import { runSuite } from './suite-run';

const DARK = 'Default Dark Modern';

const LIMIT = { timeout: 900_000 };

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
          if (err.stack !== undefined) {
            assert.fail(err.stack);
          }
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
      await changeSettings(folder, {}); // the tests above changed them
      await writeUnfinished(folder, ['accepted.py', 'chosen.py', 'reloaded.py', 'restarted.py']);
      host = await start('person', { trusted: true, automated: false });
      window = await Workbench.open(browser, host.address(folder));
    }, LIMIT);

    after(async () => {
      await window?.close();
      await host?.stop();
    });

    const curve = () => window.webview.locator('#panel[data-state] #curve canvas');

    /** A test that leaves a picture when it fails. */
    const step = (name: string, run: () => Promise<void>) =>
      it(name, LIMIT, async () => {
        await run().catch(async (error: unknown) => {
          await window.screenshot(`failed: ${name}`);
          throw error;
        });
      });

    /** Types at the end of an unfinished file until there is ghost text. */
    const typeUntilGhostText = async (name: string) => {
      await window.openFile(name);
      await window.editor.click();
      await window.page.keyboard.press('Control+End');
      await window.page.keyboard.type(TYPED);
      const text = await window.untilGhostText();
      assert.ok(text.includes(CONTINUATION), text);
    };

    step('trains on the workspace until a model is ready', async () => {
      await window.openFile('record.py');
      await window.command('Understudy: Train on Workspace');
      await window.status(/Understudy: training \d+ %/).waitFor();
      await window.screenshot('training-light');
      await window.status(/Understudy: ready/).waitFor();
    });

    step('shows the curve and the samples of several epochs in the panel', async () => {
      await curve().waitFor();
      assert.ok((await window.webview.locator('#sample-choice button').count()) >= 2);
      assert.ok((await window.webview.locator('#samples article pre').count()) >= 2);
      await window.screenshot('panel-light');
    });

    step('looks into what is selected: surprise, units, and what a character looked back at', async () => {
      await window.tab('record.py').click();
      await window.editor.click();
      await window.page.keyboard.press('Control+A');
      await window.command('Understudy: Look Inside Selection');
      const inspected = window.webview.locator('#inspected');
      await inspected.locator('.level7, .level6').first().waitFor();
      await window.screenshot('look-inside-light');
      await window.webview.locator('#colouring input[value="activation"]').check();
      await window.webview.locator('#ranked-units optgroup option').first().waitFor({ state: 'attached' });
      await window.webview.locator('#inspected.activation').waitFor();
      await inspected.locator('[data-at="200"]').click();
      await window.webview.locator('#inspected.look-back .level7').waitFor();
      await window.webview.locator('#look-back', { hasText: 'of 200 before it' }).waitFor();
      await window.screenshot('looked-back-light');
      await window.webview.locator('#tab-training').click();
    });

    step('trains until enough is learnt, and stops when told to', async () => {
      await changeSettings(folder, { 'understudy.minutes': LONG, 'workbench.colorTheme': DARK });
      await window.theme('dark').waitFor(); // so the settings have been read
      await window.command('Understudy: Train on Workspace');
      // Until then the panel still shows the training before, which a fast machine takes as far as this one has to go.
      await window.webview.locator('#progress:not([value="0"])').waitFor();
      const value = window.webview.locator('#curve-section .training output');
      while (!(Number(await value.textContent()) < LEARNT)) {
        await window.page.waitForTimeout(200);
      }
      await window.command('Understudy: Stop Training');
      await window.status(/Understudy: paused/).waitFor();
      await window.screenshot('panel-dark');
    });

    step('shows ghost text while typing, and Tab accepts it', async () => {
      await window.tab('record.py').click(); // beside the panel
      await typeUntilGhostText('accepted.py');
      await window.screenshot('ghost-text-dark');
      await changeSettings(folder, { 'understudy.minutes': LONG });
      await window.theme('light').waitFor();
      await window.untilGhostText();
      await window.screenshot('ghost-text-light');
      await window.page.keyboard.press('Tab');
      await window.line(`${TYPED}${CONTINUATION}`).last().waitFor();
    });

    step('counts in the panel what suggestions have done, and begins anew when told to', async () => {
      const characters = window.webview.locator('#suggestion-characters dd');
      await characters.filter({ hasNotText: /^0$/ }).waitFor();
      await characters.scrollIntoViewIfNeeded();
      await window.screenshot('panel-suggestions');
      await window.command('Understudy: Reset Statistics');
      await characters.filter({ hasText: /^0$/ }).waitFor();
    });

    step('shows what the same networks write code-aware', async () => {
      const samples = window.webview.locator('#samples pre');
      const raw = await samples.last().textContent();
      await window.webview.getByLabel('Code-aware').check();
      await window.webview.locator('#samples article[aria-busy="true"]').first().waitFor({ state: 'detached' });
      assert.equal(await window.webview.locator('#samples .dimmed').count(), 0);
      await samples.last().scrollIntoViewIfNeeded();
      await window.screenshot('panel-code-aware');
      await window.webview.getByLabel('Code-aware').uncheck();
      assert.equal(await samples.last().textContent(), raw);
    });

    step('lays the epochs side by side that are chosen', async () => {
      const shown = window.webview.locator('#samples h3');
      const chosen = window.webview.locator('#sample-choice button[aria-pressed="true"]');
      while ((await chosen.count()) > 1) {
        await chosen.first().click();
      }
      await chosen.first().click();
      assert.equal(await shown.count(), 1, 'the last one stays');
      await window.webview.locator('#sample-reset').click();
      assert.ok((await shown.count()) >= 2);
    });

    step('compares two epochs, and plays the training as a film', async () => {
      await window.webview.locator('#tab-compare').click();
      const cell = window.webview.getByRole('button', { name: /^Epoch .* after “class”/ });
      await cell.first().click();
      await window.webview
        .locator('#pair article')
        .last()
        .getByText(/^class /)
        .waitFor();
      await window.webview.locator('#left-epoch').selectOption({ index: 1 });
      await window.webview.locator('#differences').check();
      await window.webview.locator('#pair .different').first().waitFor();
      const second = await window.webview.locator('#sample-grid thead th').nth(2).textContent();
      await window.webview.locator('#film-play').click();
      await window.webview.locator('.film-at', { hasText: `epoch ${second}` }).waitFor();
      await window.webview.locator('#film-play', { hasText: 'Pause' }).click();
      await window.screenshot('compare-light');
    });

    step('lets a network write on from what is selected, and opens the text in an editor', async () => {
      await window.tab('record.py').click();
      await window.editor.click();
      await window.page.keyboard.press('Control+Home');
      await window.page.keyboard.press('Shift+End');
      await window.webview.locator('#tab-try').click();
      await window.webview.locator('#try-selection').click();
      await window.webview.locator('#try-write').click();
      const written = window.webview.locator('#try-result[aria-busy="false"]', { hasText: '400 characters' });
      await written.waitFor();
      const [prompt] = (await readFile(join(folder, 'bookshop', 'record.py'), 'utf8')).split('\n');
      assert.equal((await written.locator('pre').textContent())?.startsWith(prompt!), true);
      await window.screenshot('try-light');
      await written.getByRole('button', { name: /^Open/ }).click();
      await window.tab('Untitled-1').waitFor();
      await window.command('View: Revert and Close Editor');
      await window.tab('Untitled-1').waitFor({ state: 'detached' });
    });

    step('suggests from a chosen epoch, says so, and goes back', async () => {
      const sign = window.webview.locator('#suggesting');
      const status = window.status(/Understudy: suggesting from epoch/);
      const epochs = window.webview.locator('#try-epoch option');
      await window.webview.locator('#try-epoch').selectOption({ index: (await epochs.count()) - 1 });
      await window.webview.locator('#suggest-from').click();
      await sign.waitFor();
      await status.waitFor();
      await window.tab('record.py').click();
      await typeUntilGhostText('chosen.py');
      await window.screenshot('suggesting-light');
      await window.webview.locator('#suggest-newest').click();
      await sign.waitFor({ state: 'hidden' });
      await status.waitFor({ state: 'hidden' });
    });

    step('exports a training with its marks to a folder that is chosen', async () => {
      const target = join(scratch, 'exported');
      await mkdir(target);
      await window.webview.locator('#tab-training').click();
      await window.webview.locator('#runs > summary').click();
      await window.webview
        .getByRole('button', { name: /^Export/ })
        .first()
        .click();
      await window.chooseFolder(target, 'Export Here');
      await window.notification('The training was exported to').waitFor();
      const [exported] = await readdir(target);
      const files = await readdir(join(target, exported!));
      for (const kind of ['.md', '.csv', '.json', '.svg', '.safetensors']) {
        assert.ok(
          files.some((file) => file.endsWith(kind)),
          `${kind} among ${files}`,
        );
      }
      await window.command('Notifications: Clear All Notifications');
    });

    step('asks before it sets up a GPU', async () => {
      await window.command('Understudy: Set Up GPU');
      const dialog = window.page.locator('.monaco-dialog-box', { hasText: '@tensorflow/tfjs-node-gpu' });
      await dialog.waitFor();
      await window.screenshot('set-up-gpu');
      await window.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    });

    step('keeps the panel, and what was written in it, while another editor hides it', async () => {
      await window.tab('Understudy').click();
      await window.openFile('store.py'); // in front of the panel
      await curve().waitFor({ state: 'hidden' });
      await window.tab('Understudy').click();
      await curve().waitFor();
      await window.webview.locator('#tab-try').click();
      await window.webview.locator('#try-result', { hasText: '400 characters' }).waitFor();
      await window.webview.locator('#tab-training').click();
    });

    step('resumes and stops again', async () => {
      await window.tab('record.py').click();
      await window.command('Understudy: Resume Training');
      await window.status(/Understudy: training \d+ %/).waitFor();
      await window.command('Understudy: Stop Training');
      await window.status(/Understudy: paused/).waitFor();
    });

    step('has its model and its panel again after the window was reloaded in mid-training', async () => {
      await window.command('Understudy: Resume Training');
      await window.status(/Understudy: training \d+ %/).waitFor();
      await window.reload();
      await window.status(/Understudy: paused/).waitFor();
      await window.tab('Understudy').click(); // what is in front then is up to VS Code
      await curve().waitFor();
      await window.webview.locator('#resume').waitFor();
      await typeUntilGhostText('reloaded.py');
    });

    step('completes again after its server was killed', async () => {
      const servers = await processesNaming(join(scratch, 'person', 'extensions', 'understudy'));
      assert.ok(servers.length > 0, 'the language server runs');
      const statusSays = await window.watchStatus();
      for (const server of servers) {
        process.kill(server, 'SIGKILL');
      }
      await statusSays('Understudy: starting', 'Understudy: paused');
      await typeUntilGhostText('restarted.py');
    });

    step('opens the panel again after it was closed', async () => {
      await window.tab('Understudy').click();
      await window.tab('Understudy').getByRole('button', { name: 'Close' }).click();
      await window.tab('Understudy').waitFor({ state: 'detached' });
      await window.command('Understudy: Open Training Panel');
      await curve().waitFor();
    });
  });

  it('refuses to train in Restricted Mode, and says why', LIMIT, async () => {
    const host = await start('restricted', { trusted: false, automated: false });
    const window = await Workbench.open(browser, host.address(folder));
    try {
      await window.openFile('record.py');
      await window.command('Understudy: Train on Workspace');
      await window.notification('Understudy does not train in Restricted Mode. Trust this workspace first.').waitFor();
      await window.status('Understudy: off in Restricted Mode').waitFor();
      await window.screenshot('restricted-mode');
    } finally {
      await window.close();
      await host.stop();
    }
  });
});
