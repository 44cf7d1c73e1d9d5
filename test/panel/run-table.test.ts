import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Locator } from 'playwright-core';
import { DeleteRun, ReadRuns, RenameRun } from '../../src/protocol/messages';
import type { Status } from '../../src/protocol/model-status';
import type { RunDetails, RunSummary } from '../../src/protocol/run-summary';
import { describePanel } from './describe-panel';
import { markedTraining } from './marked-training';
import { withPanel as openPanel, type PanelPage, takePictures } from './page';

/** A training of `last` epochs, whose curve ends at `bpc`. */
function details(last: number, bpc: number, changes: Partial<RunDetails> = {}): RunDetails {
  const curve = [0.03, 0.1, 0.4, 1, 2, 3, last].map((epoch) => ({
    epoch,
    seconds: 60 * epoch,
    bpc: bpc + 4 / (1 + 8 * epoch) - 4 / (1 + 8 * last),
  }));
  const figures = { parameters: 4_137_570, batch: 100, seqlen: 30, seed: 1, engine: 'native', mode: 'int8' };
  return {
    ...{ preset: 'fast', cell: 'gru', layers: 3, units: 512, ...figures },
    isComplete: true,
    ...{ epoch: last, characters: 4e6, seconds: 600 },
    best: { bpc, epoch: last },
    curve,
    checkpoints: [1, last],
    ...changes,
  };
}

const RUNS: RunSummary[] = [
  {
    ...{ id: '2026-11-28', name: '28 November 2026, 11:45, fast', created: '2026-11-28', bytes: 182e6 },
    isCurrent: true,
    details: details(4, 1.51),
  },
  {
    ...{ id: '2026-11-27', name: 'a plain cell', created: '2026-11-27', bytes: 41.4e6 },
    isCurrent: false,
    details: details(6, 2.2, { cell: 'rnn', isComplete: false, preset: 'talk' }),
  },
  {
    ...{ id: '2026-11-26', name: '<b>small & quick</b>', created: '2026-11-26', bytes: 4.2e5 },
    isCurrent: false,
    details: details(4, 1.9, { units: 64 }),
  },
  { id: 'undated', name: 'Damaged run', created: '', bytes: 12, isCurrent: false, details: null },
];

/** Waits until an element has the keyboard's focus, which the panel moves only after it has drawn. */
function focused(element: Locator): Promise<void> {
  return element.and(element.page().locator(':focus')).waitFor();
}

describePanel('trainings in the panel', (browser) => {
  const status: Status = { kind: 'ready', model: { epoch: 4, bpc: 1.51, memory: true } };

  /** A panel with the section open, and these trainings in it. */
  const withRuns = (look: (panel: PanelPage) => Promise<void>, runs = RUNS, kept?: unknown) =>
    openPanel(browser(), { status, events: markedTraining(), kept }, async (panel) => {
      if (kept === undefined) {
        await panel.page.locator('#runs > summary').click();
      }
      await panel.answer(ReadRuns, undefined, { runs });
      await panel.page.locator('#run-table').waitFor();
      await look(panel);
    });

  it('asks for the trainings once somebody looks at them, and shows their configurations and figures', async () => {
    await openPanel(browser(), { status, events: markedTraining() }, async (panel) => {
      assert.deepEqual(await panel.requests(ReadRuns), []);
    });
    await withRuns(async ({ page }) => {
      const cells = (id: string) => page.locator(`tr[data-run="${id}"] th, tr[data-run="${id}"] td`).allInnerTexts();
      assert.deepEqual((await cells('2026-11-28')).slice(1, -1), [
        '28 November 2026, 11:45, fast (current)',
        'GRU 3 × 512, fast',
        '4 epochs, 10 min',
        '1.51 at epoch 4',
        '182 MB',
      ]);
      assert.deepEqual((await cells('2026-11-27')).slice(2, 4), ['RNN 3 × 512, talk', '6 epochs, 10 min, unfinished']);
      assert.deepEqual((await cells('2026-11-26'))[1], '<b>small & quick</b>', 'a name is text');
      assert.deepEqual((await cells('undated')).slice(1, -1), ['Damaged run', '–', '–', '–', '0.0 MB']);
    });
  });

  it('lays the curves of ticked trainings over the current one, and remembers the ticks', () =>
    withRuns(async (panel) => {
      const { page } = panel;
      const others = () => page.locator('#curve').getAttribute('data-other-curves');
      assert.equal(await page.getByRole('checkbox', { name: /^Compare/ }).count(), 2, 'those that have a curve');
      assert.equal(await others(), '0');
      await page.getByLabel('Compare a plain cell').check();
      assert.equal(await others(), '1');
      assert.match((await page.locator('.legend .other').textContent()) ?? '', /^a plain cell\d\.\d\d$/);
      await page.getByLabel('Compare <b>small & quick</b>').check();
      assert.equal(await others(), '2');
      assert.match((await page.locator('.legend .at').textContent()) ?? '', /4\.00$/, 'the newest of the current one');
      await takePictures(panel, 'panel-runs');
      const kept = await panel.kept();
      await withRuns(
        async (reloaded) => assert.equal(await reloaded.page.locator('#curve').getAttribute('data-other-curves'), '2'),
        RUNS,
        kept,
      );
      await page.getByLabel('Compare a plain cell').uncheck();
      assert.equal(await others(), '1');
    }));

  it('names a training by the keyboard alone', () =>
    withRuns(async (panel) => {
      const { page } = panel;
      const rename = page.getByRole('button', { name: 'Rename a plain cell' });
      await rename.press('Enter');
      await page.getByLabel('Name of the training').press('Escape');
      await focused(rename);
      await rename.press('Enter');
      await focused(page.getByLabel('Name of the training'));
      await page.keyboard.type('as in the slides');
      await page.keyboard.press('Enter');
      await panel.answer(RenameRun, { id: '2026-11-27', name: 'as in the slides' }, null);
      const renamed = RUNS.map((run) => (run.id === '2026-11-27' ? { ...run, name: 'as in the slides' } : run));
      await page.waitForFunction(() => {
        const { sent } = window as unknown as { sent: { method?: string }[] };
        return sent.filter(({ method }) => method === 'understudy/runs').length === 2;
      });
      await panel.answer(ReadRuns, undefined, { runs: renamed });
      await page.getByRole('button', { name: 'Rename as in the slides' }).waitFor();
    }));

  it('asks before it deletes, and says why that is refused', () =>
    withRuns(async (panel) => {
      const { page } = panel;
      await page.getByRole('button', { name: 'Delete a plain cell' }).click();
      const keep = page.getByRole('button', { name: 'Keep a plain cell' });
      await focused(keep);
      await keep.press('Enter');
      assert.deepEqual(await panel.requests(DeleteRun), []);
      await page.getByRole('button', { name: 'Delete a plain cell' }).click();
      await page.getByRole('button', { name: 'Delete a plain cell for good' }).click();
      await panel.refuse(DeleteRun, { id: '2026-11-27' }, 'There is no such training any more: it was deleted.');
      await page.getByRole('alert').getByText('There is no such training any more: it was deleted.').waitFor();
    }));

  it('leaves it to the host to ask where an export goes', () =>
    withRuns(async (panel) => {
      await panel.page.getByRole('button', { name: 'Export a plain cell' }).click();
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'exportRun', run: '2026-11-27' });
    }));

  it('says what is to be seen here later, where there is one training', () =>
    withRuns(
      async ({ page }) => {
        await page.getByText('This is the only training so far.').waitFor();
      },
      RUNS.slice(0, 1),
    ));

  it('fits into a narrow column', () =>
    withRuns(async ({ page }) => {
      await page.setViewportSize({ width: 400, height: 1100 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    }));
});
