import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, it } from 'node:test';
import { ARTEFACTS, ROOT } from '../../scripts/code-server/places';
import { Activation, Inspect, LookBack, Units } from '../../src/protocol/messages';
import type { Status } from '../../src/protocol/model-status';
import type { ResultOf } from '../../src/protocol/request-kind';
import type { TrainingEvent } from '../../src/protocol/training-events';
import { describePanel } from './describe-panel';
import { PanelPage, type Theme } from './page';

const RECORDED = join(ROOT, 'test', 'fixtures', 'history.json');
const TEXT = 'def area(side):\n    """Square."""\n    return side ** 2\n';
const WHAT = { text: TEXT, epoch: null };

/** Each character a bit more surprising than the one before. */
const INSPECTED: ResultOf<typeof Inspect> = {
  epoch: 1,
  layers: 3,
  units: 512,
  characters: Array.from(TEXT, (character, at) => ({
    probability: 2 ** -(at / 6),
    bits: at / 6,
    alternatives: [character, ' ', '\n', '(', 'é'].map((character, i) => ({ character, probability: 0.5 ** (i + 1) })),
  })),
};
const RANKED: ResultOf<typeof Units> = {
  characters: 20_000,
  isHeldOut: true,
  rankings: [
    { property: 'bracketDepth', units: [{ layer: 2, unit: 41, correlation: 0.91 }] },
    { property: 'inString', units: [{ layer: 1, unit: 7, correlation: -0.8 }] },
    { property: 'inComment', units: [] },
  ],
};
const wave = Array.from(TEXT, (_, at) => Math.sin(at / 4));

describePanel('the panel’s view into a network', (browser) => {
  let events: TrainingEvent[];
  const ready: Status = { kind: 'ready', model: { epoch: 1, bpc: 2.66, memory: false } };

  before(async () => {
    events = JSON.parse(await readFile(RECORDED, 'utf8'));
  });

  async function withPanel(
    options: { theme?: Theme; width?: number; kept?: unknown },
    look: (panel: PanelPage) => Promise<void>,
  ): Promise<void> {
    const panel = await PanelPage.open(browser(), { theme: 'dark', ...options });
    try {
      await panel.tell({ kind: 'history', status: ready, events });
      await panel.page.locator('#panel[data-state]').waitFor();
      await look(panel);
      assert.deepEqual(panel.complaints, []);
    } finally {
      await panel.close();
    }
  }

  /** Opens the view and lets it look into TEXT. */
  async function lookInside(panel: PanelPage): Promise<void> {
    const { page } = panel;
    await page.locator('#tab-inside').click();
    await page.locator('#inspect-text').fill(TEXT);
    await page.locator('#inspect-look').click();
    await panel.answer(Inspect, WHAT, INSPECTED);
    await page.locator('#inspected').waitFor();
  }

  it('colours a text by surprise, exactly as it is', () =>
    withPanel({}, async (panel) => {
      await lookInside(panel);
      const { page } = panel;
      assert.equal(await page.locator('#inspected').textContent(), TEXT);
      const level = (at: number) => page.locator(`#inspected [data-at="${at}"]`).getAttribute('class');
      assert.deepEqual([await level(0), await level(20), await level(48)], ['level0', 'level4', 'level7']);
    }));

  it('tells of the character under the pointer, and of the one that arrow keys lead to', () =>
    withPanel({}, async (panel) => {
      await lookInside(panel);
      const { page } = panel;
      const details = page.locator('#inspected-character');
      await page.locator('#inspected [data-at="9"]').hover();
      assert.equal(await details.locator('.inspected-name').textContent(), 's');
      assert.match((await details.textContent()) ?? '', /35 % · 1\.5 bits/);
      assert.deepEqual(await details.locator('th').allTextContents(), ['s', 'space', 'line end', '(', 'é']);
      await page.locator('#inspected').focus();
      await page.keyboard.press('ArrowDown');
      await page.locator('#inspected [data-at="25"][data-cursor]').waitFor();
      assert.equal(await details.locator('.inspected-name').textContent(), 'u');
      assert.equal(await page.locator('[data-cursor]').count(), 1);
    }));

  it('shows what a character looked back at, by key and by click, and ends that', () =>
    withPanel({}, async (panel) => {
      await lookInside(panel);
      const { page } = panel;
      await page.locator('#inspected').focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      const norms = Array.from({ length: 15 }, (_, at) => (at === 8 ? 4 : 1));
      await panel.answer(LookBack, { ...WHAT, at: 15 }, norms);
      await page.locator('#inspected.look-back [data-at="8"].level7').waitFor();
      assert.match(
        (await page.locator('#look-back').textContent()) ?? '',
        /Predicting line end, .* the last 7 characters of 15/,
      );
      assert.equal(await page.locator('[data-chosen]').getAttribute('data-at'), '15');
      await page.keyboard.press('Escape');
      await page.locator('#inspected.surprise').waitFor();

      await page.locator('#inspected [data-at="3"]').click();
      await panel.refuse(LookBack, { ...WHAT, at: 3 }, 'The network is gone.');
      await page.locator('#look-back', { hasText: 'The network is gone.' }).waitFor();
      await page.locator('#look-back button').click();
      assert.equal(await page.locator('#look-back').count(), 0);
    }));

  it('colours by the unit that tracks most, and by others that somebody chooses', () =>
    withPanel({}, async (panel) => {
      await lookInside(panel);
      const { page } = panel;
      await page.locator('#colouring input[value="activation"]').check();
      await panel.answer(Units, { epoch: null }, RANKED);
      await panel.answer(Activation, { ...WHAT, layer: 2, unit: 41 }, wave);
      await page.locator('#inspected.activation [data-at="6"].level4').waitFor();
      await page.locator('#inspected [data-at="19"].level-4').waitFor();
      const choice = page.locator('#ranked-units');
      assert.match((await choice.locator('optgroup').first().getAttribute('label')) ?? '', /Depth of brackets/);
      await choice.selectOption({ label: 'layer 2, unit 8: −0.80' });
      await panel.answer(
        Activation,
        { ...WHAT, layer: 1, unit: 7 },
        wave.map((value) => -value),
      );
      await page.locator('#inspected [data-at="6"].level-4').waitFor();
      await page.locator('#unit-layer').fill('3');
      await page.locator('#unit-layer').press('Enter');
      await panel.answer(Activation, { ...WHAT, layer: 2, unit: 7 }, wave);
      await page.locator('#inspected [data-at="6"].level4').waitFor();
      assert.equal(await choice.inputValue(), '');
      // What is chosen stays over a reload.
      assert.deepEqual(((await panel.kept()) as { unit: unknown }).unit, { layer: 2, unit: 7 });
    }));

  it('ends a question that nobody waits for any more: another is asked, or it is dropped', () =>
    withPanel({}, async (panel) => {
      await lookInside(panel);
      const { page } = panel;
      const cancelled = async () =>
        (await panel.sent()).flatMap((message) => (message.kind === 'cancel' ? [message.id] : []));
      await page.locator('#inspected [data-at="5"]').click();
      await page.locator('#inspected [data-at="6"]').click();
      const [first, second] = await panel.requests(LookBack);
      assert.deepEqual(await cancelled(), [first!.id]);
      await page.keyboard.press('Escape');
      assert.deepEqual(await cancelled(), [first!.id, second!.id]);
      await page.locator('#inspected [data-at="7"]').click();
      // Another text takes the place of this one.
      await page.locator('#inspect-text').fill('y = 2');
      await page.locator('#inspect-look').click();
      await panel.answer(
        Inspect,
        { text: 'y = 2', epoch: null },
        { ...INSPECTED, characters: INSPECTED.characters.slice(0, 5) },
      );
      await page.waitForFunction("document.querySelectorAll('#inspected [data-at]').length === 5");
      const third = (await panel.requests(LookBack)).at(-1)!;
      assert.deepEqual(await cancelled(), [first!.id, second!.id, third.id]);
    }));

  it('has a table of all that the colours say', () =>
    withPanel({}, async (panel) => {
      await lookInside(panel);
      const { page } = panel;
      assert.equal(await page.locator('#inspect-table table').count(), 0);
      await page.locator('#inspect-table summary').click();
      const rows = page.locator('#inspect-table tbody tr');
      await rows.first().waitFor();
      assert.equal(await rows.count(), TEXT.length);
      assert.deepEqual(await rows.nth(15).locator('th, td').allTextContents(), [
        '16',
        'line end',
        '18 %',
        '2.5 bits',
        'line end · space · line end · ( · é',
      ]);
    }));

  it('takes the editor’s selection', () =>
    withPanel({}, async (panel) => {
      const { page } = panel;
      await page.locator('#tab-inside').click();
      await page.locator('#inspect-selection').click();
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'inspectSelection' });
      await page.locator('#tab-training').click();
      await panel.tell({ kind: 'inspect', text: TEXT });
      await panel.answer(Inspect, WHAT, INSPECTED);
      await page.locator('#view-inside #inspected').waitFor();
      assert.equal(await page.locator('#inspect-text').inputValue(), TEXT);
      assert.equal(await page.locator('#tab-inside').getAttribute('aria-selected'), 'true');
    }));

  it('looks into the network of an epoch whose weights were kept', () =>
    withPanel({}, async (panel) => {
      const { page } = panel;
      await page.locator('#tab-inside').click();
      const kept = events.flatMap((event) => (event.kind === 'sample' ? [event.epoch] : []));
      const options = await page
        .locator('#inspect-epoch option')
        .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
      assert.deepEqual(options, ['', ...kept.map(String)]);
      await page.locator('#inspect-epoch').selectOption(options[2]!);
      await page.locator('#inspect-text').fill(TEXT);
      await page.locator('#inspect-look').click();
      await panel.refuse(
        Inspect,
        { text: TEXT, epoch: Number(options[2]) },
        'The weights of this epoch were not kept.',
      );
      assert.equal(await page.getByRole('alert').textContent(), 'The weights of this epoch were not kept.');
    }));

  for (const theme of ['dark', 'light', 'high-contrast'] as const) {
    it(`can be looked at: ${theme}`, () =>
      withPanel({ theme }, async (panel) => {
        const { page } = panel;
        await lookInside(panel);
        await page.locator('#inspected [data-at="30"]').click();
        const shoot = (name: string) =>
          page.screenshot({ path: join(ARTEFACTS, `inside-${name}-${theme}.png`), fullPage: true });
        await panel.answer(
          LookBack,
          { ...WHAT, at: 30 },
          wave.slice(0, 30).map((value) => Math.abs(value)),
        );
        await page.locator('#inspected.look-back').waitFor();
        await shoot('look-back');
        await page.keyboard.press('Escape');
        await page.locator('#inspected.surprise').waitFor();
        await shoot('surprise');
        await page.locator('#colouring input[value="activation"]').check();
        await panel.answer(Units, { epoch: null }, RANKED);
        await panel.answer(Activation, { ...WHAT, layer: 2, unit: 41 }, wave);
        await page.locator('#inspected.activation').waitFor();
        await shoot('activation');
        await page.setViewportSize({ width: 400, height: 1100 });
        await shoot('activation-narrow');
        // Nothing but the text itself may be wider than the page.
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      }));
  }
});
