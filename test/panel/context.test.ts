import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MeasureContext, ReadContext, ReadRuns } from '../../src/protocol/messages';
import type { Status } from '../../src/protocol/model-status';
import type { RunDetails, RunSummary } from '../../src/protocol/run-summary';
import { describePanel } from './describe-panel';
import { markedTraining } from './marked-training';
import { measuredContext } from './measured-context';
import { withPanel as openPanel, type PanelPage, takePictures } from './page';

function run(id: string, name: string, change: Partial<RunDetails> & { readonly isCurrent?: boolean }): RunSummary {
  const { isCurrent = false, ...changes } = change;
  const figures = { parameters: 4_137_570, batch: 100, seqlen: 30, seed: 1, engine: 'native', mode: 'int8' };
  const details: RunDetails = {
    ...{ preset: 'fast', cell: 'gru', layers: 3, units: 512, ...figures },
    ...{ isComplete: true, epoch: 4, characters: 4e6, seconds: 600, best: null, curve: [], checkpoints: [0.03, 1, 4] },
    ...changes,
  };
  return { id, name, created: '2026-11-28', bytes: 1e8, isCurrent, details };
}

const RUNS = [
  run('now', '28 November 2026, 11:45, fast', { isCurrent: true }),
  run('plain', 'a <b>plain</b> cell', { cell: 'rnn', checkpoints: [0.03, 4] }),
  run('young', 'just begun', { checkpoints: [] }),
];
const NEWEST = { run: 'now', epoch: 4 };
const PLAIN = { run: 'plain', epoch: 4 };
const GRU = measuredContext(1.5, 300);
const RNN = measuredContext(2.1, 30, { cell: 'rnn' });

describePanel('how far back networks see, in the panel', (browser) => {
  const status: Status = { kind: 'ready', model: { epoch: 4, bpc: 1.51, memory: true } };

  /** A panel that shows the section, and these trainings in it. */
  const withSection = (look: (panel: PanelPage) => Promise<void>, runs: RunSummary[] = RUNS, kept?: unknown) =>
    openPanel(browser(), { status, events: markedTraining(), kept }, async (panel) => {
      await panel.page.locator('#tab-inside').click();
      await panel.answer(ReadRuns, undefined, { runs });
      await look(panel);
    });

  it('measures the newest network at a press, showing how far it is, and draws it with its figures', () =>
    withSection(async (panel) => {
      const { page } = panel;
      const measure = page.locator('#context-measure');
      await panel.answer(ReadContext, NEWEST, null);
      await page.locator('#context-measure:enabled', { hasText: /^Measure$/ }).click();
      await panel.tellPart(MeasureContext, NEWEST, 0.34);
      await page.getByText('34 %').waitFor();
      assert.equal(await page.getByLabel('Measuring').getAttribute('value'), '0.34');
      await panel.answer(MeasureContext, NEWEST, GRU);
      await page.locator('#context-reaches').waitFor();
      assert.equal(await measure.textContent(), 'Measure again');
      assert.deepEqual(await page.locator('#context-reaches tbody tr').first().locator('th, td').allTextContents(), [
        '1',
        '4.10',
      ]);
      assert.equal(await page.locator('#context-closers tbody tr').count(), 6);
      assert.equal(await page.locator('#context-reaches .line-1 circle').count(), 8);
      assert.match(
        (await page.locator('#context-reaches svg[role=img]').getAttribute('aria-label')) ?? '',
        /GRU 3 × 512, epoch 4 from 4\.10 at 1 to 1\.50 at 3,000/,
      );
      assert.match(
        (await page.locator('#context-words').textContent()) ?? '',
        /hardly gains .* more than 300 characters/,
      );
    }));

  it('lays two trainings over each other, each with a line, a marker and a column of its own', () =>
    withSection(async (panel) => {
      const { page } = panel;
      await panel.answer(ReadContext, NEWEST, GRU);
      await page.locator('#context-second').selectOption('4 plain');
      await panel.answer(ReadContext, PLAIN, null);
      await page.locator('#context-measure:enabled').click();
      await panel.answer(MeasureContext, PLAIN, RNN);
      await page.locator('#context-reaches .line-2').waitFor();
      assert.deepEqual(await panel.requests(MeasureContext), [
        { id: (await panel.requests(MeasureContext))[0]!.id, params: PLAIN },
      ]);
      assert.equal(await page.locator('#context-reaches .line-2 rect').count(), 8);
      assert.equal(await page.locator('#context-closers .line-2 rect').count(), 5, 'none for a share of 6 brackets');
      assert.deepEqual(await page.locator('#context-closers thead th').allTextContents(), [
        'Distance',
        'GRU 3 × 512, epoch 4',
        'RNN 3 × 512, epoch 4',
      ]);
      assert.equal(await page.locator('#context-legend .entry').count(), 2);
      assert.equal(
        await page.locator('#context-second optgroup').nth(1).getAttribute('label'),
        'a <b>plain</b> cell',
        'a name is text',
      );
      await takePictures(panel, 'panel-context');
      const kept = await panel.kept();
      await withSection(
        async (reloaded) => {
          await reloaded.answer(ReadContext, NEWEST, GRU);
          await reloaded.answer(ReadContext, PLAIN, RNN);
          await reloaded.page.locator('#context-closers .line-2').waitFor();
          assert.deepEqual(await reloaded.requests(MeasureContext), [], 'what was measured is there at once');
        },
        RUNS,
        kept,
      );
    }));

  it('measures all of it again where all of it is known, and says why it cannot', () =>
    withSection(async (panel) => {
      const { page } = panel;
      await page.locator('#context-second').selectOption('1 now');
      await panel.answer(ReadContext, NEWEST, GRU);
      await panel.answer(ReadContext, { run: 'now', epoch: 1 }, { ...GRU, epoch: 1, text: 'other' });
      await page.getByText('The two read different text').waitFor();
      await page.locator('#context-measure', { hasText: 'Measure again' }).press('Enter');
      await panel.answer(MeasureContext, NEWEST, GRU);
      await panel.tellPart(MeasureContext, { run: 'now', epoch: 1 }, 0.5);
      await page.getByText('75 %').waitFor();
      await panel.refuse(MeasureContext, { run: 'now', epoch: 1 }, 'The weights of this epoch were not kept.');
      await page.getByRole('alert').getByText('The weights of this epoch were not kept.').waitFor();
      await page.locator('#context-measure:enabled').waitFor();
    }));

  it('stops at a press, and can be begun again', () =>
    withSection(async (panel) => {
      const { page } = panel;
      await panel.answer(ReadContext, NEWEST, null);
      await page.locator('#context-measure:enabled').click();
      await page.locator('#context-stop').click();
      const [request] = await panel.requests(MeasureContext);
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'cancel', id: request!.id });
      await panel.answer(MeasureContext, NEWEST, null);
      await page.locator('#context-measure:enabled').waitFor();
      assert.equal(await page.locator('#context-reaches').count(), 0);
    }));

  it('keeps in sight what was measured while the training goes on', () =>
    withSection(async (panel) => {
      const { page } = panel;
      await panel.answer(ReadContext, NEWEST, null);
      await page.locator('#context-measure:enabled').click();
      await panel.answer(MeasureContext, NEWEST, GRU);
      await page.locator('#context-reaches').waitFor();
      await panel.tell({ kind: 'event', event: { kind: 'checkpoint', epoch: 8, path: '' } });
      await page.waitForFunction(() => {
        const { sent } = window as unknown as { sent: { method?: string }[] };
        return sent.filter(({ method }) => method === 'understudy/runs').length === 2;
      });
      const later = run('now', 'now', { isCurrent: true, checkpoints: [0.03, 1, 4, 8] });
      await panel.answer(ReadRuns, undefined, { runs: [later] });
      await page.locator('#context-first option[value="8 now"]').waitFor({ state: 'attached' });
      assert.equal(await page.locator('#context-first').inputValue(), '4 now');
      assert.equal(await page.locator('#context-reaches').count(), 1);
    }));

  it('says what to wait for while no network was kept', () =>
    withSection(
      async ({ page }) => {
        await page.getByText('No network was kept yet: the first comes at epoch 0.03').waitFor();
      },
      [run('now', 'now', { isCurrent: true, checkpoints: [] })],
    ));

  it('fits into a narrow column', () =>
    withSection(async (panel) => {
      const { page } = panel;
      await panel.answer(ReadContext, NEWEST, GRU);
      await page.locator('#context-closers').waitFor();
      await page.setViewportSize({ width: 400, height: 1100 });
      await page.waitForFunction(() => document.querySelector('#context-reaches svg')!.clientWidth < 400);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    }));
});
