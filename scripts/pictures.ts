/**
 * Takes the pictures of README.md, in a VS Code that code-server serves to an installed Chromium or Chrome. FOLDER
 * holds the sources of Jinja2, as Debian's package python3-jinja2 has them in usr/lib/python3/dist-packages/jinja2:
 *
 *   npm run pictures -- FOLDER
 *
 * It trains with the default settings for one epoch, which takes some minutes. Curve, samples and suggestion are what
 * comes of it.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { findBrowser, launchBrowser } from './code-server/browser';
import { ROOT } from './code-server/places';
import { Host } from './code-server/server';
import { Workbench } from './code-server/workbench';
import { pack } from './pack';
import { decode, encodeWithPalette } from './pictures/palette-png';

const PICTURES = join(ROOT, 'media', 'readme');

/** For displays of high density. */
const DEVICE_SCALE_FACTOR = 2;

/** The code, and a panel that is just wide and high enough for three samples side by side. */
const WITH_PANEL = { width: 1440, height: 1040 };
const CODE_COLUMNS = 440;

/** About as wide as GitHub shows a README, so that code is as large there as in an editor. */
const EDITOR_ALONE = { width: 880, height: 560 };

/** Nothing but the editors, and nothing that changes or covers what is typed. */
const SETTINGS = {
  'breadcrumbs.enabled': false,
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'none',
  'editor.parameterHints.enabled': false,
  'editor.quickSuggestions': false,
  'editor.stickyScroll.enabled': false,
  'editor.suggestOnTriggerCharacters': false,
  'window.commandCenter': false,
  'window.customTitleBarVisibility': 'never',
  'window.menuBarVisibility': 'hidden',
  'workbench.activityBar.location': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.layoutControl.enabled': false,
};

const FILE = 'nodes.py';
/** The class that is typed stands before this line. */
const BEFORE = 'class Concat(';
const BEGINNING = `class Between(Expr):
    """Whether a value lies between two others."""

    fields = ("value", "least", "most")
    value: Expr
    least: Expr
    most: Expr

`;
/** Typed key by key, until there is a suggestion that is worth a picture. */
const REST = `    def as_const(self, eval_ctx: t.Optional[EvalContext] = None) -> t.Any:
        eval_ctx = get_eval_context(self, eval_ctx)
        value = self.value.as_const(eval_ctx)
        return self.least.as_const(eval_ctx) <= value <= self.most.as_const(eval_ctx)`;
const LEAST_GHOST_TEXT = 12;

/** Milliseconds between keys, so that every suggestion can be seen. */
const BETWEEN_KEYS = 400;

/** Samples at 0.03, 0.1, 0.4 and 1 epoch: those of 0.03, 0.1 and 1 lie side by side, and the training still goes on. */
const SAMPLES = 4;

const HALF_AN_HOUR = { timeout: 1_800_000 };

async function main(): Promise<void> {
  const [given] = process.argv.slice(2);
  const executable = findBrowser();
  if (given === undefined || executable === null) {
    throw new Error(
      given === undefined
        ? 'Say where the sources of Jinja2 are: npm run pictures -- FOLDER'
        : 'No Chromium or Chrome is installed (apt-get install chromium).',
    );
  }
  const scratch = await mkdtemp(join(tmpdir(), 'understudy-'));
  const browser = await launchBrowser(executable);
  try {
    const folder = join(scratch, 'jinja2');
    // npm changes to the package's folder; a relative path is meant from where the person is.
    await cp(resolve(process.env.INIT_CWD ?? '', given), folder, { recursive: true });
    await rm(join(folder, '__pycache__'), { recursive: true, force: true });
    const vsix = await pack(join(scratch, 'understudy.vsix'));
    const profile = join(scratch, 'profile');
    const host = await Host.start([vsix], { profile, port: 0, trusted: true, automated: false, settings: SETTINGS });
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
  const window = await Workbench.open(browser, host.address(folder), {
    viewport: WITH_PANEL,
    deviceScaleFactor: DEVICE_SCALE_FACTOR,
  });
  await window.openFile(FILE);
  await window.command('View: Close Primary Side Bar');
  await window.command('Notifications: Toggle Do Not Disturb Mode');
  await window.command('Understudy: Train on Workspace');
  await widenPanel(window);
  const samples = window.webview.locator('#sample-choice button');
  await samples.nth(SAMPLES - 1).waitFor(HALF_AN_HOUR);
  await takePicture(browser, window, 'panel');

  await window.command('Understudy: Stop Training');
  await window.status(/Understudy: paused/).waitFor();
  await window.tab('Understudy').getByRole('button', { name: 'Close' }).click();
  await window.page.setViewportSize(EDITOR_ALONE);
  await goBefore(window, join(folder, FILE));
  await typeUntilGhostText(window);
  await takePicture(browser, window, 'ghost-text');
  await window.close();
}

/** Drags the border between code and panel. */
async function widenPanel(window: Workbench): Promise<void> {
  const { page } = window;
  await window.tab('Understudy').waitFor();
  const border = await page.locator('.editor .monaco-sash.vertical:not(.disabled)').first().boundingBox();
  if (border === null) {
    throw new Error('The panel is not beside the code.');
  }
  const middle = border.y + border.height / 2;
  await page.mouse.move(border.x + border.width / 2, middle);
  await page.mouse.down();
  await page.mouse.move(CODE_COLUMNS, middle, { steps: 5 });
  await page.mouse.up();
}

/** Makes room for a class. */
async function goBefore(window: Workbench, path: string): Promise<void> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  const blank = lines.findIndex((line) => line.startsWith(BEFORE)); // counted from 1, the line above
  if (blank < 1) {
    throw new Error(`${path} has no line that begins with ${BEFORE}`);
  }
  const { page } = window;
  const { keyboard } = page;
  const input = page.locator('.quick-input-widget input');
  await keyboard.press('Control+G');
  await input.fill(`:${blank}`);
  await input.press('Enter');
  await input.waitFor({ state: 'hidden' });
  for (const key of ['Enter', 'Enter', 'Enter', 'ArrowUp', 'ArrowUp']) {
    await keyboard.press(key);
  }
}

async function typeUntilGhostText({ page }: Workbench): Promise<void> {
  await page.keyboard.type(BEGINNING);
  const pieces = page.locator('.ghost-text-decoration, .ghost-text');
  for (const key of REST) {
    await page.keyboard.type(key);
    await page.waitForTimeout(BETWEEN_KEYS);
    const text = (await pieces.allTextContents()).join('').trim();
    if (text.length >= LEAST_GHOST_TEXT) {
      console.log(`Suggested: ${text}`);
      return;
    }
  }
  throw new Error('No suggestion was long enough for a picture.');
}

async function takePicture(browser: Browser, { page }: Workbench, name: string): Promise<void> {
  await page.mouse.move(page.viewportSize()!.width / 2, 2); // nothing shows a tooltip there
  await page.waitForTimeout(1_000); // what faded in or out has done so
  const path = join(PICTURES, `${name}.png`);
  await mkdir(PICTURES, { recursive: true });
  await writeFile(path, encodeWithPalette(await decode(browser, await page.screenshot())));
  console.log(path);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
