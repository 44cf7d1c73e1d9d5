import assert from 'node:assert/strict';
import { it } from 'node:test';
import { GenerateText, SuggestFrom } from '../../src/protocol/messages';
import type { Status } from '../../src/protocol/model-status';
import { EditorSelection } from '../../src/protocol/panel';
import { describePanel } from './describe-panel';
import { SUGGESTIONS } from './events';
import { markedTraining } from './marked-training';
import { withPanel as openPanel, type PanelPage, takePictures } from './page';

describePanel('trying a network in the panel', (browser) => {
  const model = { epoch: 4, bpc: 1.51, memory: true };
  const status: Status = { kind: 'ready', model };
  const asked = { epoch: null, prompt: 'def ', length: 400, sampling: { temperature: 0.7 }, seed: 1 };

  const withPanel = (look: (panel: PanelPage) => Promise<void>, options: { kept?: unknown } = {}) =>
    openPanel(browser(), { status, events: markedTraining(), ...options }, async (panel) => {
      await panel.page.locator('#tab-try').click();
      await look(panel);
    });

  it('asks for what the form says, and shows the text as it streams in', () =>
    withPanel(async (panel) => {
      const { page } = panel;
      const text = page.locator('#try-result pre');
      await page.locator('#try-prompt').fill('class ');
      await page.locator('#try-epoch').selectOption({ label: 'epoch 0.4' });
      await page.locator('#try-method').selectOption('top');
      await page.locator('#try-top').fill('3');
      await page.locator('#try-length').fill('99999');
      await page.locator('#try-seed').fill('7');
      await page.locator('#try-write').click();
      const params = { epoch: 0.4, prompt: 'class ', length: 5000, sampling: { top: 3 }, seed: 7 };
      await panel.tellPart(GenerateText, params, 'Conte');
      await panel.tellPart(GenerateText, params, 'xt:');
      await page.getByText('class Context:').waitFor();
      assert.equal(await page.locator('#try-result').getAttribute('aria-busy'), 'true');
      await panel.answer(GenerateText, params, { epoch: 0.4, text: 'Context:\n' });
      await page.getByText('9 characters').waitFor();
      assert.equal(await text.textContent(), 'class Context:\n');
      assert.equal(await page.locator('#try-length').inputValue(), '5000', 'the most there is');
    }));

  it('stops, and keeps what was written by then', () =>
    withPanel(async (panel) => {
      const { page } = panel;
      assert.ok(await page.locator('#try-stop').isDisabled());
      await page.locator('#try-write').click();
      await panel.tellPart(GenerateText, asked, 'abc');
      await page.locator('#try-stop').click();
      const { id } = (await panel.requests(GenerateText))[0]!;
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'cancel', id });
      await panel.answer(GenerateText, asked, { epoch: 4, text: 'abcd' });
      await page.locator('#try-result [role="status"]', { hasText: 'stopped' }).waitFor();
      assert.equal(await page.locator('#try-result pre').textContent(), 'def abcd');
    }));

  it('says why there is no text', () =>
    withPanel(async (panel) => {
      await panel.page.locator('#try-write').click();
      await panel.refuse(GenerateText, asked, 'The weights of this epoch were not kept.');
      assert.equal(await panel.page.getByRole('alert').textContent(), 'The weights of this epoch were not kept.');
    }));

  it('takes the editor’s selection as prompt, and says so where nothing is selected', () =>
    withPanel(async (panel) => {
      const { page } = panel;
      await page.locator('#try-selection').click();
      await panel.answer(EditorSelection, undefined, { text: null });
      assert.match((await page.getByRole('alert').textContent()) ?? '', /^Nothing is selected/);
      await page.locator('#try-selection').click();
      await panel.answer(EditorSelection, undefined, { text: 'import os\n' });
      await page.getByRole('alert').waitFor({ state: 'detached' });
      assert.equal(await page.locator('#try-prompt').inputValue(), 'import os\n');
    }));

  it('suggests from an epoch, with a clear sign and a way back', () =>
    withPanel(async (panel) => {
      const { page } = panel;
      const suggest = page.locator('#suggest-from');
      assert.ok(await suggest.isDisabled());
      await page.locator('#try-epoch').selectOption({ label: 'epoch 0.4' });
      await suggest.click();
      await panel.answer(SuggestFrom, { epoch: 0.4 }, { epoch: 0.4 });
      const chosen = { epoch: 0.4, bpc: 2.1, memory: false, isChosen: true };
      await panel.tell({ kind: 'status', status: { kind: 'ready', model: chosen } });
      await page.getByText('Suggesting from epoch 0.4.').waitFor();
      assert.ok(await suggest.isDisabled());
      const byEpoch = [{ epoch: 0.4, shown: 12, accepted: 3, characters: 40 }];
      await panel.tell({ kind: 'statistics', statistics: { ...SUGGESTIONS, byEpoch } });
      await takePictures(panel, 'panel-try');
      await page.locator('#tab-training').click();
      assert.equal(await page.locator('#suggestion-epochs tbody tr').textContent(), '0.41225 %40');
      await page.locator('#suggest-newest').click();
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'suggestFromNewest' });
      await panel.tell({ kind: 'status', status });
      await page.locator('#suggesting').waitFor({ state: 'hidden' });
    }));

  it('keeps what was set over a reload, and what was written over a change of view', () =>
    withPanel(async (panel) => {
      const { page } = panel;
      await page.locator('#try-prompt').fill('class ');
      await page.locator('#try-write').click();
      await panel.answer(GenerateText, { ...asked, prompt: 'class ' }, { epoch: 4, text: 'A:' });
      await page.getByText('class A:').waitFor();
      await page.locator('#tab-training').click();
      await page.locator('#tab-try').click();
      assert.ok(await page.getByText('class A:').isVisible());
      await withPanel(
        async (reloaded) => assert.equal(await reloaded.page.locator('#try-prompt').inputValue(), 'class '),
        { kept: await panel.kept() },
      );
    }));

  it('fits into a narrow column', () =>
    withPanel(async ({ page }) => {
      await page.setViewportSize({ width: 400, height: 900 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    }));
});
