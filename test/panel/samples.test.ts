import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Page } from 'playwright-core';
import type { Status } from '../../src/protocol/model-status';
import { describePanel } from './describe-panel';
import { sample } from './events';
import { markedTraining } from './marked-training';
import { withPanel as openPanel, type PanelPage, takePictures } from './page';

describePanel('samples in the panel', (browser) => {
  const status: Status = { kind: 'ready', model: { epoch: 4, bpc: 1.51, memory: true } };

  const withPanel = (look: (panel: PanelPage) => Promise<void>, options: { kept?: unknown } = {}) =>
    openPanel(browser(), { status, events: markedTraining(), ...options }, look);

  async function drawAllMarks(page: Page): Promise<void> {
    const off = page.locator('.mark-switch[aria-pressed="false"]');
    for (let left = await off.count(); left > 0; left--) {
      await off.first().click();
    }
  }

  it('marks what is wrong or recited, and each mark has a switch with its count', () =>
    withPanel(async (panel) => {
      const { page } = panel;
      const wrong = page.locator('#samples .mark-misclosed');
      assert.equal(await wrong.count(), 2);
      assert.equal(await wrong.last().getAttribute('title'), 'Does not close the bracket that is open. Depth 2.');
      assert.equal(await page.locator('#samples .mark-closed').count(), 0, 'what is right is quiet at first');
      const closers = page.locator('.mark-switch[data-mark="closed"]');
      assert.match((await closers.textContent()) ?? '', /right closers 3$/);
      await closers.click();
      assert.equal(await page.locator('#samples .mark-closed').count(), 3);
      await page.locator('.mark-switch[data-mark="misclosed"]').click();
      assert.equal(await wrong.count(), 0);
      const kept = await panel.kept();
      await withPanel(
        async (reloaded) => {
          assert.equal(await reloaded.page.locator('#samples .mark-closed').count(), 3);
          assert.equal(await reloaded.page.locator('#samples .mark-misclosed').count(), 0);
        },
        { kept },
      );
    }));

  it('changes nothing of a text by marking it', () =>
    withPanel(async ({ page }) => {
      await drawAllMarks(page);
      const newest = markedTraining().findLast((event) => event.kind === 'sample');
      assert.equal(await page.locator('#samples pre').last().textContent(), newest?.text);
    }));

  it('opens the file and line that a text is recited from, by mouse and by keyboard', () =>
    withPanel(async (panel) => {
      const { page } = panel;
      const source = { kind: 'openSource', file: 'src/context.py', line: 118 };
      const recited = page.locator('#samples a.mark-recited');
      await recited.click();
      assert.deepEqual((await panel.sent()).at(-1), source);
      await recited.focus();
      await page.keyboard.press('Enter');
      assert.deepEqual((await panel.sent()).slice(-2), [source, source]);
    }));

  it('copies a sample, and opens it in an editor', () =>
    withPanel(async (panel) => {
      const { page } = panel;
      await page.locator('.prompt-choice').selectOption({ label: '“def”' });
      const card = page.locator('#samples article').last();
      const text = (await card.locator('pre').textContent()) ?? '';
      assert.match(text, /^def /);
      await card.getByRole('button', { name: /^Copy/ }).click();
      await card.getByRole('button', { name: /^Open/ }).click();
      assert.deepEqual((await panel.sent()).slice(-2), [
        { kind: 'copy', text },
        { kind: 'openText', text },
      ]);
    }));

  it('has a grid of prompts and epochs, whose cells show a sample below', () =>
    withPanel(async ({ page }) => {
      await page.locator('#tab-compare').click();
      assert.equal(await page.locator('#sample-grid tbody tr').count(), 4);
      assert.deepEqual(await page.locator('#sample-grid thead th').allInnerTexts(), [
        'Epoch',
        ...['0.03', '0.1', '0.4', '1', '2', '4'],
      ]);
      await page.getByRole('button', { name: 'Epoch 0.4 after “class”' }).click();
      assert.equal(await page.locator('#pair article').nth(1).getAttribute('data-epoch'), '0.4');
      assert.match((await page.locator('#pair pre').nth(1).textContent()) ?? '', /^class def get_paramender/);
      assert.equal(await page.locator('#sample-grid button[aria-pressed="true"]').count(), 1);
    }));

  it('lays two epochs side by side and marks where they differ', () =>
    withPanel(async ({ page }) => {
      await page.locator('#tab-compare').click();
      await page.locator('#left-epoch').selectOption('2');
      assert.equal(await page.locator('#pair .different').count(), 0);
      await page.locator('#differences').check();
      const right = page.locator('#pair article').nth(1);
      assert.ok((await page.locator('#pair article').first().locator('.different').count()) > 0);
      assert.ok((await right.locator('.different', { hasText: 'update_wrapper' }).count()) > 0);
      await page.locator('#film-epoch').fill('4');
      assert.equal(await right.getAttribute('data-epoch'), '2');
      assert.equal(await page.locator('#pair .different').count(), 0, 'an epoch and itself');
    }));

  it('plays the training as a film, which can be held', () =>
    withPanel(async ({ page }) => {
      await page.clock.install();
      await page.locator('#tab-compare').click();
      const shown = page.locator('#pair article').nth(1);
      const play = page.locator('#film-play');
      await play.focus();
      await page.keyboard.press('Space');
      await page.locator('#pair article:nth-child(2)[data-epoch="0.03"]').waitFor();
      await page.clock.runFor(1000);
      await page.locator('#pair article:nth-child(2)[data-epoch="0.1"]').waitFor();
      assert.equal(await play.textContent(), 'Pause');
      await page.keyboard.press('Space');
      await page.clock.runFor(5000);
      assert.equal(await shown.getAttribute('data-epoch'), '0.1');
      await page.locator('#film-epoch').focus();
      await page.keyboard.press('ArrowRight');
      assert.equal(await shown.getAttribute('data-epoch'), '0.4');
      assert.equal(await page.locator('#film-epoch').getAttribute('aria-valuetext'), 'epoch 0.4');
    }));

  it('shows one epoch after another by hand where little motion is wanted', () =>
    withPanel(async ({ page }) => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.locator('#tab-compare').click();
      const next = page.getByRole('button', { name: 'Next' });
      await next.click();
      await next.click();
      assert.equal(await page.locator('#pair article').nth(1).getAttribute('data-epoch'), '0.1');
    }));

  it('follows the newest sample until an epoch is chosen', () =>
    withPanel(async (panel) => {
      const { page } = panel;
      await page.locator('#tab-compare').click();
      await panel.tell({ kind: 'event', event: sample(5, 'newest') });
      await page.locator('#pair article[data-epoch="5"]').waitFor();
      await page.locator('#film-epoch').fill('2');
      await panel.tell({ kind: 'event', event: sample(6, 'newer still') });
      await page.locator('#sample-grid th', { hasText: '6' }).waitFor();
      assert.equal(await page.locator('#pair article').nth(1).getAttribute('data-epoch'), '0.4');
    }));

  it('draws what was learnt as small multiples, with a table for those who do not see them', () =>
    withPanel(async ({ page }) => {
      assert.equal(await page.locator('.measure').count(), 0, 'one click away');
      await page.locator('#measures summary').click();
      await page.locator('.measure').first().waitFor();
      assert.equal(await page.locator('.measure').count(), 10);
      const closers = page.locator('.measure[data-measure="closers"]');
      assert.equal(await closers.locator('polyline').count(), 3);
      assert.match((await closers.textContent()) ?? '', /depth 1 90 %depth 2 72 %depth 3 54 %/);
      const table = page.getByRole('table', { name: 'What it has learnt, by epoch' });
      assert.equal(await table.locator('tbody tr').count(), 6);
      assert.match((await table.locator('tbody tr').last().textContent()) ?? '', /^40 %0 %0 %/);
    }));

  it('says what to do where there are no samples yet', () =>
    openPanel(
      browser(),
      { status, events: markedTraining().filter(({ kind }) => kind !== 'sample') },
      async ({ page }) => {
        await page.locator('#tab-compare').click();
        assert.match((await page.locator('#view-compare').textContent()) ?? '', /No samples yet/);
      },
    ));

  it('fits into a narrow column', () =>
    withPanel(async ({ page }) => {
      await page.setViewportSize({ width: 400, height: 900 });
      await page.locator('#measures summary').click();
      for (const view of ['compare', 'training']) {
        await page.locator(`#tab-${view}`).click();
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), view);
      }
    }));

  it('has its picture taken in every theme, wide and narrow, for people to look at', () =>
    withPanel(async (panel) => {
      const { page } = panel;
      await takePictures(panel, 'panel-marks');
      await page.locator('#measures summary').click();
      await drawAllMarks(page);
      await takePictures(panel, 'panel-marks-all');
      await page.locator('#tab-compare').click();
      await page.locator('#differences').check();
      await page.locator('#left-epoch').selectOption('1');
      await takePictures(panel, 'panel-compare');
    }));
});
