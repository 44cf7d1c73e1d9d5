/**
 * How long the panel takes in the real VS Code from a key for its command until curve and samples are drawn: in a new
 * webview, and in one that another editor had hidden; for a usual history and a large one. VS Code is that of the
 * tests, served to an installed Chromium or Chrome. After `npm run build`; medians of several rounds, in milliseconds.
 *
 *   npx tsx bench/panel-opening.ts [--rounds 7]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { globSync } from 'tinyglobby';
import { findBrowser, launchBrowser } from '../scripts/code-server/browser';
import { Host } from '../scripts/code-server/server';
import { Workbench } from '../scripts/code-server/workbench';
import { pack } from '../scripts/pack';
import { median } from '../src/benchmark/median';
import { workspaceCopy } from '../test/vscode/fixture';
import { type HistorySize, history, SIZES, sizeText } from './panel-history';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const ROUNDS = Number(values.rounds);

const KEYS = [
  { key: 'ctrl+alt+o', command: 'understudy.openPanel' },
  { key: 'ctrl+alt+w', command: 'workbench.action.closeEditorsInOtherGroups' },
];

/** Runs in every frame: says when the panel's script was there, and when curve and samples are drawn. */
const WATCH = `(() => {
  if (window.top === window) {
    return;
  }
  const now = () => performance.timeOrigin + performance.now();
  let isSaid = false;
  setInterval(() => {
    if (isSaid || !document.querySelector('#curve canvas') || !document.querySelector('#samples article')) {
      return;
    }
    isSaid = true;
    const script = performance.getEntriesByType('resource').find(({ name }) => name.includes('panel.js'));
    const drawn = now();
    requestAnimationFrame(() => setTimeout(() => console.log('drawn', JSON.stringify({
      frame: performance.timeOrigin, script: performance.timeOrigin + (script?.responseEnd ?? 0), drawn, painted: now(),
    }))));
  }, 4);
})()`;

interface Times {
  readonly frame: number;
  readonly script: number;
  readonly drawn: number;
  readonly painted: number;
}

async function main(): Promise<void> {
  console.log(`${cpus()[0]!.model}, ${cpus().length} cores; median (least) of ${ROUNDS} rounds, ms`);
  const scratch = mkdtempSync(join(tmpdir(), 'understudy-'));
  const browser = await launchBrowser(findBrowser()!);
  try {
    const folder = await workspaceCopy(scratch);
    const vsix = await pack(join(scratch, 'understudy.vsix'));
    const profile = join(scratch, 'profile');
    mkdirSync(join(profile, 'User'), { recursive: true });
    writeFileSync(join(profile, 'User', 'keybindings.json'), JSON.stringify(KEYS));
    const host = await Host.start([vsix], { profile, port: 0, trusted: true, automated: false });
    try {
      await train(browser, host, folder);
      for (const size of SIZES) {
        writeHistory(profile, size);
        await measure(browser, host, folder, size);
      }
    } finally {
      await host.stop();
    }
  } finally {
    await browser.close();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Some seconds, so that there is a run. */
async function train(browser: Browser, host: Host, folder: string): Promise<void> {
  const window = await Workbench.open(browser, host.address(folder));
  await window.openFile('record.py');
  await window.command('Understudy: Train on Workspace');
  await window.status(/Understudy: ready/).waitFor({ timeout: 300_000 });
  await window.close();
}

/** Puts a made-up history into the place of what the run has measured and written. */
function writeHistory(profile: string, size: HistorySize): void {
  const [info] = globSync('User/workspaceStorage/*/understudy.understudy/run/run.json', {
    cwd: profile,
    absolute: true,
  });
  const run = dirname(info!);
  const lines = (kinds: readonly string[]) =>
    events.filter(({ kind }) => kinds.includes(kind)).map((event) => `${JSON.stringify(event)}\n`);
  const events = history(size);
  writeFileSync(join(run, 'metrics.jsonl'), lines(['progress', 'validation', 'structure']).join(''));
  writeFileSync(join(run, 'samples.jsonl'), lines(['sample']).join(''));
}

async function measure(browser: Browser, host: Host, folder: string, size: HistorySize): Promise<void> {
  const window = await Workbench.open(browser, host.address(folder));
  const { page } = window;
  await page.context().addInitScript(WATCH);
  await page.evaluate('window.__name = (named) => named'); // tsx's helper does not reach the page
  await window.openFile('record.py');
  await window.status(/Understudy: ready/).waitFor();
  const opened: Times[] = [];
  const shown: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    opened.push(await untilOpened(page));
    await window.tab('Understudy').click();
    await window.openFile('store.py'); // in front of the panel
    await window.webview.locator('#curve').waitFor({ state: 'hidden' });
    shown.push(await untilShown(window));
    await window.tab('record.py').click();
    await page.keyboard.press('Control+Alt+W');
    await window.tab('Understudy').waitFor({ state: 'detached' });
  }
  console.log(`\n${sizeText(size)}`);
  report('opened for the first time', opened.slice(0, 1));
  report('opened again', opened.slice(1));
  console.log(`  ${'shown again'.padEnd(28)} on the screen ${inWords(shown)}`);
  await window.close();
}

/** Opens the panel by its key. */
async function untilOpened(page: Page): Promise<Times> {
  const said = page.waitForEvent('console', (message) => message.text().startsWith('drawn'));
  const pressed = await page.evaluate(() => performance.timeOrigin + performance.now());
  await page.keyboard.press('Control+Alt+O');
  const { frame, script, drawn, painted }: Times = JSON.parse((await said).text().slice('drawn '.length));
  return { frame: frame - pressed, script: script - pressed, drawn: drawn - pressed, painted: painted - pressed };
}

/** Shows the panel by its tab; VS Code has kept its webview. */
async function untilShown(window: Workbench): Promise<number> {
  const shown = await window.page.evaluateHandle(() => ({
    after: new Promise<number>((resolve) => {
      addEventListener(
        'mousedown',
        () => {
          const pressed = performance.now();
          const isShown = () =>
            document.querySelector('iframe.webview.ready')?.checkVisibility({ visibilityProperty: true });
          const timer = setInterval(() => {
            if (isShown()) {
              clearInterval(timer);
              requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed)));
            }
          }, 4);
        },
        { once: true, capture: true },
      );
    }),
  }));
  await window.tab('Understudy').click();
  return await shown.evaluate(({ after }) => after);
}

function report(title: string, all: readonly Times[]): void {
  const text = (of: (times: Times) => number) => inWords(all.map(of));
  console.log(
    `  ${title.padEnd(28)} page begun ${text(({ frame }) => frame)}, script loaded ${text(({ script }) => script)}, ` +
      `drawn ${text(({ drawn }) => drawn)}, on the screen ${text(({ painted }) => painted)}`,
  );
}

function inWords(times: readonly number[]): string {
  return `${median(times).toFixed(0)} (${Math.min(...times).toFixed(0)})`;
}

void main();
