/**
 * How soon the panel is drawn, and whether it stutters: of a usual history (2,000 points of the curve, 40 sample points
 * with 4 prompts each) and of a large one (10,000 and 500). In an installed Chromium or Chrome, after
 * `npm run build`; medians of several rounds, in milliseconds.
 *
 *   npx tsx bench/panel.ts [--rounds 7] [--profile FOLDER]
 *
 * `--profile` writes a profile of the drawing, for Chromium's developer tools. Histories are as the extension host
 * tells them, so a long curve is thinned.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { findBrowser, launchBrowser } from '../scripts/code-server/browser';
import { median } from '../src/benchmark/median';
import { thinned } from '../src/extension/history';
import type { Status } from '../src/protocol/model-status';
import type { TrainingEvent } from '../src/protocol/training-events';
import { PanelPage } from '../test/panel/page';
import { history, SIZES, sizeText } from './panel-history';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, profile: { type: 'string' } } });

/** Figures of one round by their names, in milliseconds. */
type Figures = Readonly<Record<string, number>>;

async function main(): Promise<void> {
  console.log(`${cpus()[0]!.model}, ${cpus().length} cores; median (least) of ${values.rounds} rounds, ms`);
  const browser = await launchBrowser(findBrowser()!);
  try {
    for (const size of SIZES) {
      const events = thinned(history(size));
      const rounds: Figures[] = [];
      for (let round = 0; round < Number(values.rounds); round++) {
        rounds.push(await measure(browser, events));
      }
      report(sizeText(size), rounds);
      if (values.profile !== undefined) {
        await profile(browser, events, join(values.profile, `${size.name}.cpuprofile`));
      }
    }
  } finally {
    await browser.close();
  }
}

function report(title: string, rounds: readonly Figures[]): void {
  console.log(`\n${title}`);
  for (const name of Object.keys(rounds[0]!)) {
    const all = rounds.map((figures) => figures[name]!);
    console.log(`  ${name.padEnd(46)}${median(all).toFixed(0).padStart(6)} (${Math.min(...all).toFixed(0)})`);
  }
}

async function openPanel(browser: Browser): Promise<PanelPage> {
  const panel = await PanelPage.open(browser, { theme: 'dark', width: 1000 });
  await panel.page.evaluate('window.__name = (named) => named'); // tsx's helper does not reach the page
  return panel;
}

async function measure(browser: Browser, events: readonly TrainingEvent[]): Promise<Figures> {
  const panel = await openPanel(browser);
  try {
    const { page } = panel;
    const script = await page.evaluate(() => performance.now());
    const drawn = await tellHistory(page, events);
    const newest = events.findLast((event) => event.kind === 'progress')!;
    const following = await page.evaluate(follow, newest);
    return {
      'the page, until its script has run (upper bound)': script,
      'history → curve and samples drawn': drawn,
      'a new point of the curve (work)': following.work,
      'longest frame while ten points a second come': following.longest,
      'a click on another epoch → drawn': await clickedUntilDrawn(page, '#sample-choice button:nth-child(2)'),
      'a switch of marks → drawn': await clickedUntilDrawn(page, '.mark-switch:nth-child(2)'),
      'figures opened → drawn': await clickedUntilDrawn(page, '#measures > summary'),
      'comparison opened → drawn': await clickedUntilDrawn(page, '#tab-compare'),
      'next epoch of the film → drawn': await pressedUntilDrawn(page, '#film-epoch', 'ArrowLeft'),
      'back to the training → drawn': await clickedUntilDrawn(page, '#tab-training'),
    };
  } finally {
    await panel.close();
  }
}

// What follows runs in the page.

function tellHistory(page: Page, events: readonly TrainingEvent[]): Promise<number> {
  const status: Status = { kind: 'training', done: 0.5, secondsLeft: 100, model: { epoch: 1, bpc: 2, memory: true } };
  return page.evaluate(
    (json) =>
      new Promise<number>((resolve) => {
        const message = JSON.parse(json);
        const told = performance.now();
        window.postMessage(message);
        const look = () => {
          if (document.querySelector('#curve canvas') && document.querySelector('#samples article')) {
            // After the frame that has it.
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - told)));
          } else {
            requestAnimationFrame(look);
          }
        };
        look();
      }),
    JSON.stringify({ kind: 'history', status, events }), // Playwright takes long over objects
  );
}

/** Tells twenty points, a tenth of a second apart, and watches the frames. */
async function follow(newest: TrainingEvent): Promise<{ longest: number; work: number }> {
  const frames: number[] = [];
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ entryTypes: ['longtask'] });
  let isOver = false;
  let before = performance.now();
  const frame = () => {
    frames.push(performance.now() - before);
    before = performance.now();
    if (!isOver) {
      requestAnimationFrame(frame);
    }
  };
  requestAnimationFrame(frame);
  for (let i = 0; i < 20; i++) {
    const event = { ...newest, epoch: 12 + i / 1000 };
    window.postMessage({ kind: 'event', event });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  isOver = true;
  observer.disconnect();
  return { longest: Math.max(...frames), work: tasks.length === 0 ? 0 : Math.max(...tasks) };
}

function clickedUntilDrawn(page: Page, selector: string): Promise<number> {
  return page.evaluate(
    (selector) =>
      new Promise<number>((resolve) => {
        const clicked = performance.now();
        document.querySelector<HTMLElement>(selector)!.click();
        requestAnimationFrame(() =>
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - clicked))),
        );
      }),
    selector,
  );
}

async function pressedUntilDrawn(page: Page, selector: string, key: string): Promise<number> {
  await page.locator(selector).focus();
  const drawn = await page.evaluateHandle(() => ({
    after: new Promise<number>((resolve) => {
      const onKey = () => {
        const pressed = performance.now();
        requestAnimationFrame(() =>
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed))),
        );
      };
      addEventListener('keydown', onKey, { once: true, capture: true });
    }),
  }));
  await page.keyboard.press(key);
  return await drawn.evaluate(({ after }) => after);
}

async function profile(browser: Browser, events: readonly TrainingEvent[], path: string): Promise<void> {
  const panel = await openPanel(browser);
  const session = await panel.page.context().newCDPSession(panel.page);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
  await tellHistory(panel.page, events);
  const { profile } = await session.send('Profiler.stop');
  writeFileSync(path, JSON.stringify(profile));
  await panel.close();
}

void main();
