import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ReadTrainingFiles } from '../../src/protocol/messages';
import type { Status } from '../../src/protocol/model-status';
import type { TrainingFiles } from '../../src/protocol/training-files';
import { describePanel } from './describe-panel';
import { corpus, progress, started } from './events';
import { withPanel as openPanel, type PanelPage, takePictures } from './page';

const EVENTS = [
  corpus({
    files: 247,
    validationFiles: 3,
    skipped: [{ reason: 'shorter than 200 characters', count: 1, examples: ['/work/shop/__init__.py'] }],
  }),
  started(0),
  progress(1, 2),
];

/** 250 files, the largest first, three of them held out. */
const FILES: TrainingFiles = {
  listed: Array.from({ length: 250 }, (_, i) => ({
    name: i === 1 ? 'shop/<b>ledger</b>.py' : `shop/${i % 2 === 0 ? 'orders' : 'stock'}/module_${i}.py`,
    characters: 50_000 - 190 * i,
    isHeldOut: i % 100 === 7,
  })),
  unlisted: { files: 0, characters: 0 },
};

describePanel('files of a training in the panel', (browser) => {
  const status: Status = { kind: 'ready', model: { epoch: 1, bpc: 2, memory: false } };

  /** A panel with the section open, and this list in it. */
  const withFiles = (files: TrainingFiles | null, look: (panel: PanelPage) => Promise<void>) =>
    openPanel(browser(), { status, events: EVENTS }, async (panel) => {
      await panel.page.locator('#files > summary').click();
      await panel.answer(ReadTrainingFiles, undefined, files);
      await look(panel);
    });

  const row = ({ page }: PanelPage, index: number) =>
    page.locator('#file-table tbody tr').nth(index).locator('th, td').allInnerTexts();

  it('asks for the list once somebody opens it, and shows sizes and what is held out', async () => {
    await openPanel(browser(), { status, events: EVENTS }, async (panel) => {
      assert.equal(
        await panel.page.locator('#files > summary').textContent(),
        'The files: 247 to learn from, 3 held out',
      );
      assert.deepEqual(await panel.requests(ReadTrainingFiles), []);
    });
    await withFiles(FILES, async (panel) => {
      const { page } = panel;
      await page.locator('#file-table').waitFor();
      assert.deepEqual(await row(panel, 0), ['shop/orders/module_0.py', '50,000', 'learnt']);
      assert.deepEqual((await row(panel, 1))[0], 'shop/<b>ledger</b>.py', 'a name is text');
      assert.deepEqual(await row(panel, 7), ['shop/stock/module_7.py', '48,670', '◇ held out']);
      assert.equal(await page.locator('#file-table tbody tr').count(), 100);
      await takePictures(panel, 'panel-files');
      await page.locator('#more-files').click();
      await page.getByText('Show more: 50 are left').click();
      await page.locator('#file-table tbody tr').nth(249).waitFor();
      assert.equal(await page.locator('#more-files').count(), 0);
    });
  });

  it('sorts by a heading, and tells screen readers how', () =>
    withFiles(FILES, async (panel) => {
      const { page } = panel;
      const sorted = (title: string) => page.getByRole('columnheader', { name: title }).getAttribute('aria-sort');
      assert.deepEqual([await sorted('File'), await sorted('Characters')], ['none', 'descending']);
      await page.getByRole('button', { name: 'Characters' }).press('Enter');
      await page.locator('#file-table tbody tr', { hasText: 'module_249' }).waitFor();
      assert.deepEqual(await row(panel, 0), ['shop/stock/module_249.py', '2,690', 'learnt']);
      assert.equal(await sorted('Characters'), 'ascending');
      await page.getByRole('button', { name: 'Part' }).click();
      await page.locator('#file-table tbody tr:nth-child(3).held-out').waitFor();
      assert.deepEqual((await row(panel, 3))[2], 'learnt');
    }));

  it('finds files by a part of their path', () =>
    withFiles(FILES, async (panel) => {
      const { page } = panel;
      await page.locator('#file-filter').fill('STOCK/module_20');
      await page.getByText('5 of 250 files').waitFor();
      assert.equal(await page.locator('#file-table tbody tr').count(), 5);
      await page.locator('#file-filter').fill('nowhere');
      await page.getByText('0 of 250 files').waitFor();
    }));

  it('leaves it to the host to open a file, by mouse and by keyboard', () =>
    withFiles(FILES, async (panel) => {
      const source = { kind: 'openSource', file: 'shop/stock/module_7.py', line: 1 };
      const file = panel.page.getByRole('button', { name: 'shop/stock/module_7.py' });
      await file.click();
      assert.deepEqual((await panel.sent()).at(-1), source);
      await file.press('Enter');
      assert.deepEqual((await panel.sent()).slice(-2), [source, source]);
    }));

  it('says how many files are too small for the list, and draws no filter for a few', () =>
    withFiles(
      { listed: FILES.listed.slice(0, 3), unlisted: { files: 50_000, characters: 12_345_678 } },
      async ({ page }) => {
        await page
          .getByText('These are the 3 largest; the 50,000 smaller ones have 12.3 M characters together.')
          .waitFor();
        assert.equal(await page.locator('#file-filter').count(), 0);
      },
    ));

  it('says of an older training that it has kept no list, and asks again when it is resumed', () =>
    withFiles(null, async (panel) => {
      const { page } = panel;
      await page.getByText('No list of the files was kept with this training').waitFor();
      await panel.tell({ kind: 'event', event: started(1) });
      await page.waitForFunction(() => {
        const { sent } = window as unknown as { sent: { method?: string }[] };
        return sent.filter(({ method }) => method === 'understudy/trainingFiles').length === 2;
      });
      await panel.answer(ReadTrainingFiles, undefined, FILES);
      await page.locator('#file-table').waitFor();
    }));

  it('fits into a narrow column', () =>
    withFiles(FILES, async ({ page }) => {
      await page.locator('#file-table').waitFor();
      await page.setViewportSize({ width: 400, height: 1100 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    }));
});
