import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, it } from 'node:test';
import { ROOT } from '../../scripts/code-server/places';
import { CodeAwareSample } from '../../src/protocol/messages';
import type { Status } from '../../src/protocol/model-status';
import type { TrainingEvent } from '../../src/protocol/training-events';
import { describePanel } from './describe-panel';
import { calibration, NO_SUGGESTIONS, progress, SUGGESTIONS } from './events';
import { withPanel as openPanel, PanelPage, takePictures } from './page';

/** A real training of a small network on Flask's source, with fewer progress events than were told. */
const RECORDED = join(ROOT, 'test', 'fixtures', 'history.json');

const CODE_AWARE = 'class Context(object):\n    def __init__(self, app):\n        return self.app\n';

describePanel('the panel', (browser) => {
  let events: TrainingEvent[];
  /** Up to the third sample: a training under way. */
  let underWay: TrainingEvent[];

  const model = { epoch: 1, bpc: 2.66, memory: false };
  const training: Status = { kind: 'training', done: 0.34, secondsLeft: 118, model };
  const ready: Status = { kind: 'ready', model };

  before(async () => {
    events = JSON.parse(await readFile(RECORDED, 'utf8'));
    const samples = events.flatMap((event, i) => (event.kind === 'sample' ? [i] : []));
    underWay = events.slice(0, samples[4]! + 1);
  });

  const withPanel = (options: Parameters<typeof openPanel>[1], look: (panel: PanelPage) => Promise<void>) =>
    openPanel(browser(), options, look);

  it('asks for the history as soon as it runs', () =>
    withPanel({ status: ready }, async (panel) => assert.deepEqual(await panel.sent(), [{ kind: 'ready' }])));

  it('shows at once the history that its page comes with, whatever is in it', async () => {
    const text = '</script><script>alert(1)</script><!--<script>';
    const told = underWay.map((event) => (event.kind === 'sample' ? { ...event, text } : event));
    const panel = await PanelPage.open(browser(), {
      theme: 'dark',
      history: { kind: 'history', status: ready, events: told },
    });
    await panel.page.locator('#samples article').first().waitFor();
    assert.equal(await panel.page.locator('#samples pre').first().textContent(), text);
    assert.deepEqual([panel.complaints, await panel.sent()], [[], [{ kind: 'ready' }]]);
    await panel.close();
  });

  it('offers to train where nothing is learnt yet, and the lesson', () =>
    withPanel({ status: { kind: 'no-model' } }, async (panel) => {
      const { page } = panel;
      assert.equal(await page.locator('#state').textContent(), 'Nothing learnt yet');
      assert.equal(await page.locator('#curve').isVisible(), false);
      await page.locator('#train').click();
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'train' });
      await page.locator('#open-lesson').click();
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'openLesson' });
    }));

  it('shows a training under way, with its figures, curve and samples', () =>
    withPanel({ status: training, events: underWay }, async (panel) => {
      const { page } = panel;
      assert.equal(await page.locator('#progress').getAttribute('aria-label'), 'Training progress');
      assert.equal(await page.locator('#progress').evaluate((bar: HTMLProgressElement) => bar.value), 0.34);
      assert.equal(await page.locator('#figures-time dd').textContent(), '2 min');
      assert.match((await page.locator('#facts-machine dd').textContent()) ?? '', /CPU, 2 threads · fp32/);
      const points = Number(await page.locator('#curve').getAttribute('data-training-points'));
      assert.equal(points, underWay.filter(({ kind }) => kind === 'progress').length);
      assert.ok(await page.locator('#curve canvas').isVisible());
      assert.equal(await page.locator('#samples article').count(), 3);
      await page.locator('#stop').click();
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'stop' });
    }));

  it('resumes a paused training', () =>
    withPanel({ status: { kind: 'paused', done: 0.34, model }, events: underWay }, async (panel) => {
      const { page } = panel;
      await page.locator('#resume').click();
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'resume' });
    }));

  it('says what went wrong, aloud', () =>
    withPanel({ status: { kind: 'error', message: 'The disk is full.', model } }, async ({ page }) => {
      assert.equal(await page.getByRole('alert').textContent(), 'The disk is full.');
    }));

  it('follows events as they come, without moving anything', () =>
    withPanel({ status: training, events: underWay }, async (panel) => {
      const { page } = panel;
      const places = () =>
        page
          .locator('h1, h2, #buttons, #progress, #figures > div, #curve, #samples')
          .evaluateAll((elements) => elements.map((element) => JSON.stringify(element.getBoundingClientRect())));
      const before = await places();
      await panel.tell({ kind: 'event', event: progress(123.45, 1.5, { charactersPerSecond: 123_456 }) });
      await panel.tell({ kind: 'status', status: { ...training, done: 0.99, secondsLeft: 8 } });
      await page.locator('#figures-epoch dd', { hasText: '123.45' }).waitFor();
      await page.locator('#figures-time dd', { hasText: '8 s' }).waitFor();
      assert.deepEqual(await places(), before);
    }));

  it('lays the chosen epochs side by side, and remembers them', () =>
    withPanel({ status: ready, events: underWay }, async (panel) => {
      const { page } = panel;
      const shown = () => page.locator('#samples h3').allInnerTexts();
      const chip = (epoch: string) => page.getByRole('button', { name: `Epoch ${epoch}`, exact: true });
      assert.deepEqual(await shown(), ['Epoch 0.03', 'Epoch 0.4', 'Epoch 2']);
      await chip('0.1').click();
      await chip('0.4').click();
      assert.deepEqual(await shown(), ['Epoch 0.03', 'Epoch 0.1', 'Epoch 2']);
      assert.equal(await chip('0.1').getAttribute('aria-pressed'), 'true');
      const kept = await panel.kept();
      await withPanel({ status: ready, events: underWay, kept }, async (reloaded) => {
        assert.deepEqual(await reloaded.page.locator('#samples h3').allInnerTexts(), await shown());
        await reloaded.page.locator('#sample-reset').click();
        assert.equal(await reloaded.page.locator('#samples h3').nth(1).textContent(), 'Epoch 0.4');
      });
    }));

  it('shows a sample exactly as the network wrote it', () =>
    withPanel({ status: ready, events: underWay }, async ({ page }) => {
      const sample = underWay.find((event) => event.kind === 'sample');
      assert.equal(await page.locator('#samples pre').first().textContent(), sample?.text);
    }));

  it('shows raw samples until code-aware ones are wanted, asks for each once, and remembers the switch', () =>
    withPanel({ status: ready, events: underWay }, async (panel) => {
      const { page } = panel;
      const wanted = async () => (await panel.requests(CodeAwareSample)).map(({ params }) => params.epoch);
      const card = (i: number) => page.locator('#samples article').nth(i);
      assert.deepEqual(await wanted(), []);
      await page.getByLabel('Code-aware').check();
      const samples = underWay.flatMap((event) => (event.kind === 'sample' ? [event] : []));
      const [first, , middle, , last] = samples;
      await panel.answer(CodeAwareSample, { epoch: first!.epoch, prompt: '\n' }, { text: 'def f():\n    pass\n' });
      await card(0).getByText('def f():').waitFor();
      assert.deepEqual(await wanted(), [first!.epoch, middle!.epoch], 'the newest has no checkpoint yet');
      assert.equal(await card(1).getAttribute('aria-busy'), 'true');
      assert.equal(await card(1).locator('pre').textContent(), middle!.text, 'raw until it is written');
      await panel.refuse(CodeAwareSample, { epoch: middle!.epoch, prompt: '\n' }, 'Not kept.');
      await card(1).getByText('Not kept.').waitFor();
      await panel.tell({ kind: 'event', event: { kind: 'checkpoint', epoch: last!.epoch, path: '' } });
      assert.equal(await card(2).getAttribute('aria-busy'), 'true');
      await panel.answer(CodeAwareSample, { epoch: last!.epoch, prompt: '\n' }, { text: 'x = 1' });
      await card(2).getByText('x = 1').waitFor();
      assert.deepEqual(await wanted(), [first!.epoch, middle!.epoch, last!.epoch]);
      const kept = await panel.kept();
      await page.getByLabel('Code-aware').uncheck();
      await card(0).getByText('def f():').waitFor({ state: 'detached' });
      assert.equal(await card(0).locator('pre').textContent(), first!.text);
      assert.equal(await card(1).getByText('Not kept.').isVisible(), false);
      await withPanel({ status: ready, events: underWay, kept }, async (reloaded) => {
        assert.ok(await reloaded.page.getByLabel('Code-aware').isChecked());
        await reloaded.answer(CodeAwareSample, { epoch: middle!.epoch, prompt: '\n' }, { text: 'y = 2' });
        await reloaded.page.getByText('y = 2').waitFor();
      });
    }));

  it('marks a prompt', async () => {
    const prompted = underWay.map((event) => (event.kind === 'sample' ? { ...event, prompt: 'def ' } : event));
    await withPanel({ status: ready, events: prompted }, async ({ page }) => {
      assert.equal(await page.locator('#samples mark').first().textContent(), 'def ');
    });
  });

  it('shows what a sample contains as text, never as markup', async () => {
    const text = '<img src="x" onerror="alert(1)"># <b>';
    const events = underWay.map((event) => (event.kind === 'sample' ? { ...event, text } : event));
    await withPanel({ status: ready, events }, async ({ page }) => {
      assert.equal(await page.locator('#samples pre').first().textContent(), text);
      assert.equal(await page.locator('#samples img').count(), 0);
    });
  });

  it('shows what suggestions have done as it changes, without moving anything, and can reset it', () =>
    withPanel({ status: ready, events: underWay }, async (panel) => {
      const { page } = panel;
      const figures = () => page.locator('#suggestion dd').allTextContents();
      const note = () => page.locator('#suggestion-note').textContent();
      await panel.tell({ kind: 'statistics', statistics: NO_SUGGESTIONS });
      await page.locator('#suggestion-shown').waitFor();
      assert.deepEqual(await figures(), ['0', '–', '0', '–']);
      assert.match((await note()) ?? '', /^None shown yet: .* never leave this machine\.$/);
      const places = () =>
        page
          .locator('h2, #suggestion > div, #facts')
          .evaluateAll((elements) => elements.map((element) => JSON.stringify(element.getBoundingClientRect())));
      const before = await places();
      await panel.tell({ kind: 'statistics', statistics: SUGGESTIONS });
      await page.locator('#suggestion-shown dd', { hasText: '1,234' }).waitFor();
      assert.deepEqual(await figures(), ['1,234', '61 %', '15 k', '8 ms']);
      assert.match((await note()) ?? '', /^Counted since 22 November 2026\. .* never leave this machine\.$/);
      assert.deepEqual(await places(), before);
      await page.locator('#reset-statistics').click();
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'resetStatistics' });
    }));

  it('says at the end of a training what to expect of suggestions', () =>
    withPanel({ status: training, events: underWay }, async (panel) => {
      const { page } = panel;
      await panel.tell({ kind: 'statistics', statistics: SUGGESTIONS });
      const sentence = page.locator('#suggestion-expectations');
      await page.locator('#suggestion-shown').waitFor();
      assert.equal(await sentence.isVisible(), false);
      await panel.tell({ kind: 'event', event: calibration(4) });
      await panel.tell({ kind: 'status', status: { kind: 'ready', model: { ...model, memory: true } } });
      await sentence.waitFor();
      assert.match((await sentence.textContent()) ?? '', /^On files held out of the training, quiet mode saves 38 %/);
      await takePictures(panel, 'panel-ready');
    }));

  it('can be worked from the keyboard', () =>
    withPanel({ status: training, events: underWay }, async (panel) => {
      const { page } = panel;
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      assert.deepEqual((await panel.sent()).at(-1), { kind: 'stop' });
      await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowRight');
      await page.locator('#view-compare').waitFor();
      await page.keyboard.press('Home');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      assert.ok(await page.locator('#log-epochs').isChecked());
    }));

  it('takes a message that is none for what it is', () =>
    withPanel({ status: ready, events: underWay }, async (panel) => {
      await panel.page.evaluate(() => window.postMessage({ kind: 'history', status: 'ready' }));
      await panel.page.waitForFunction(() => true);
      await panel.tell({ kind: 'status', status: training });
      await panel.page.locator('#panel[data-state="training"]').waitFor();
      assert.match(panel.complaints.splice(0).join(), /^Not a message for the panel/);
    }));

  it('draws its curve anew in another theme', () =>
    withPanel({ status: ready, events: underWay }, async (panel) => {
      const picture = () =>
        panel.page.locator('#curve canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
      const dark = await picture();
      await panel.setTheme('light');
      await panel.page.waitForFunction(
        (before) => document.querySelector<HTMLCanvasElement>('#curve canvas')?.toDataURL() !== before,
        dark,
      );
    }));

  it('fits into a narrow column', () =>
    withPanel({ status: training, events: underWay, width: 300 }, async ({ page }) => {
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    }));

  it('has its picture taken in every theme, wide and narrow, for people to look at', () =>
    withPanel({ status: training, events: underWay }, async (panel) => {
      await panel.tell({ kind: 'statistics', statistics: SUGGESTIONS });
      await panel.page.locator('#suggestion-shown').waitFor();
      await takePictures(panel, 'panel');
      await panel.page.getByLabel('Code-aware').check();
      const [first, , middle] = underWay.flatMap((event) => (event.kind === 'sample' ? [event.epoch] : []));
      await panel.answer(CodeAwareSample, { epoch: first!, prompt: '\n' }, { text: CODE_AWARE });
      await panel.refuse(CodeAwareSample, { epoch: middle!, prompt: '\n' }, 'The weights of this epoch were not kept.');
      await panel.page.getByText('were not kept').waitFor();
      await takePictures(panel, 'panel-code-aware');
    }));
});
