/**
 * Takes pictures of the panel in the real VS Code, in four themes and two widths, for people to look at: before
 * anything is trained, in the first seconds of a training, in its middle and at its end, and every view then. FOLDER
 * holds Python files:
 *
 *   npm run pictures:panel -- FOLDER
 *
 * They go to test-artefacts/vscode. It trains for three minutes.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { findBrowser, launchBrowser } from './code-server/browser';
import { ARTEFACTS } from './code-server/places';
import { Host } from './code-server/server';
import { type Theme, Workbench } from './code-server/workbench';
import { pack } from './pack';

const PICTURES = join(ARTEFACTS, 'vscode');

const THEMES: Readonly<Record<Theme, string>> = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
};

/** Pixels that the panel is wide. */
const WIDTHS = [1600, 400];

/** Pixels that a picture is high at least and at most; between them it is as high as the panel. */
const HEIGHTS = { least: 900, most: 3000 };
/** Of VS Code above and below the panel. */
const TABS_AND_STATUS = 60;

/** The panel alone. */
const USER_SETTINGS = {
  'breadcrumbs.enabled': false,
  'window.commandCenter': false,
  'window.customTitleBarVisibility': 'never',
  'window.menuBarVisibility': 'hidden',
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
};

const MINUTES = 3;
const IN_TIME = { timeout: 1_200_000 };

async function main(): Promise<void> {
  const [given] = process.argv.slice(2);
  const executable = findBrowser();
  if (given === undefined || executable === null) {
    throw new Error(
      given === undefined
        ? 'Say where there are Python files: npm run pictures:panel -- FOLDER'
        : 'No Chromium or Chrome is installed (apt-get install chromium).',
    );
  }
  const scratch = await mkdtemp(join(tmpdir(), 'understudy-'));
  const browser = await launchBrowser(executable);
  try {
    const folder = join(scratch, 'workspace');
    // npm changes to the package's folder; a relative path is meant from where the person is.
    await cp(resolve(process.env.INIT_CWD ?? '', given), folder, { recursive: true });
    const vsix = await pack(join(scratch, 'understudy.vsix'));
    const profile = join(scratch, 'profile');
    const host = await Host.start([vsix], {
      profile,
      port: 0,
      trusted: true,
      automated: false,
      settings: USER_SETTINGS,
    });
    try {
      await takePictures(browser, host, folder);
    } finally {
      await host.stop();
    }
  } finally {
    await browser.close();
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function takePictures(browser: Browser, host: Host, folder: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  await mkdir(join(folder, '.vscode'), { recursive: true });
  await chooseTheme(folder, 'light');
  const window = await Workbench.open(browser, host.address(folder), { viewport: { width: 1600, height: 900 } });
  const panel = window.webview;
  const take = (name: string) => takeInEveryTheme(window, folder, name);
  await window.command('View: Close Primary Side Bar');
  await window.command('Notifications: Toggle Do Not Disturb Mode');
  await window.command('Understudy: Open Training Panel');
  await panel.locator('#train').waitFor();
  await take('1-untrained');

  await panel.locator('#train').click();
  await panel.locator('#curve[data-training-points]:not([data-training-points="0"])').waitFor(IN_TIME);
  await take('2-start');
  await panel.getByText(/^[56]\d %$/).waitFor(IN_TIME);
  await take('3-middle');
  await panel.locator("#panel[data-state='ready']").waitFor(IN_TIME); // the status bar is too narrow to say so
  await take('4-end');

  await panel.locator('#runs > summary').click();
  await panel.locator('#measures > summary').click();
  await panel.locator('#run-table tbody tr').waitFor();
  await take('5-opened');
  await panel.locator('#tab-compare').click();
  await panel.locator('#differences').check();
  await take('6-compare');
  await panel.locator('#tab-try').click();
  await panel.locator('#try-write').click();
  await panel.locator('#try-result:not([aria-busy="true"])').waitFor(IN_TIME);
  await take('7-try');
  await panel.locator('#tab-inside').click();
  await panel.locator('#inspect-text').fill(TO_LOOK_INTO);
  await panel.locator('#inspect-look').click();
  await panel.locator('#inspected [data-at="60"]').click();
  await panel.locator('#look-back', { hasText: 'before it' }).waitFor(IN_TIME);
  await take('8-inside');
  await window.close();
}

const TO_LOOK_INTO = `def first(items, default=None):
    """The first of some items, or a default."""
    for item in items:
        return item
    return default
`;

async function chooseTheme(folder: string, theme: Theme): Promise<void> {
  const settings = { 'understudy.minutes': MINUTES, 'workbench.colorTheme': THEMES[theme] };
  await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
}

async function takeInEveryTheme(window: Workbench, folder: string, name: string): Promise<void> {
  const { page, webview } = window;
  for (const theme of Object.keys(THEMES) as Theme[]) {
    await chooseTheme(folder, theme);
    await window.theme(theme).waitFor();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHTS.least });
      const height = await webview.locator('#panel').evaluate((panel) => panel.scrollHeight);
      await page.setViewportSize({
        width,
        height: Math.min(Math.max(height + TABS_AND_STATUS, HEIGHTS.least), HEIGHTS.most),
      });
      await page.waitForTimeout(400); // VS Code lays itself out at leisure
      await page.screenshot({ path: join(PICTURES, `${name}-${theme}-${width}.png`) });
    }
  }
  console.log(join(PICTURES, `${name}-*.png`));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
