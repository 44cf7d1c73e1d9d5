import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, FrameLocator, Locator, Page } from 'playwright-core';
import { ARTEFACTS } from './places';

export type Theme = 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';

/** Class of the workbench by the kind of its theme. */
const THEME_CLASSES: Readonly<Record<Theme, string>> = {
  light: 'vs',
  dark: 'vs-dark',
  'high-contrast': 'hc-black',
  'high-contrast-light': 'hc-light',
};

/** One window of VS Code, used as a person uses it: keys, command palette, what can be seen. */
export class Workbench {
  readonly #context: BrowserContext;
  readonly page: Page;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
  }

  static async open(browser: Browser, address: string, options?: BrowserContextOptions): Promise<Workbench> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    page.on('dialog', (dialog) => void dialog.accept()); // a reload asks whether to leave
    await page.goto(address);
    const workbench = new Workbench(context, page);
    await workbench.#shown();
    return workbench;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.#shown();
  }

  async #shown(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar-item').first().waitFor();
  }

  /** Runs a command by its title in the palette. */
  async command(title: string): Promise<void> {
    await this.#choose('F1', `>${title}`, title);
  }

  /** Opens a file by its name. */
  async openFile(name: string): Promise<void> {
    await this.#choose('Control+P', name, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.editor.waitFor();
  }

  /** Asks again when the list is gone at once, as it is when a webview that was just clicked takes the focus. */
  async #choose(key: string, query: string, row: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    const found = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: row });
    for (let asked = 1; ; asked++) {
      try {
        await this.page.keyboard.press(key);
        await input.fill(query, { timeout: 5_000 });
        await found.waitFor({ timeout: 10_000 });
        await input.press('Enter', { timeout: 5_000 });
        return await input.waitFor({ state: 'hidden' });
      } catch (error) {
        if (asked === 5) {
          throw error;
        }
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Chooses a folder in VS Code's own dialog, which has a button of this name. */
  async chooseFolder(path: string, button: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget');
    const input = dialog.locator('input[type="text"], input:not([type])').first();
    await dialog.getByRole('button', { name: button }).waitFor();
    // Not before it has filled itself in, which would undo it.
    await this.page.waitForFunction((field) => (field as HTMLInputElement).value !== '', await input.elementHandle());
    await input.fill(`${path}/`);
    await dialog.getByRole('button', { name: button }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .monaco-editor[data-uri]').first();
  }

  /** The tab of an open editor. */
  tab(name: string): Locator {
    return this.page.locator('.tab', { hasText: name });
  }

  /** Lines of the editor with this in them. */
  line(text: string): Locator {
    return this.editor.locator('.view-line', { hasText: text });
  }

  /**
   * Waits for ghost text and gives it. Asks again now and then, with a space typed and deleted: a suggestion that is
   * not ready in time is shown at the next key.
   */
  async untilGhostText(): Promise<string> {
    const pieces = this.page.locator('.ghost-text-decoration, .ghost-text');
    for (let asked = 0; asked < 20; asked++) {
      const shown = pieces.first().waitFor({ timeout: 2_000 });
      const isShown = await shown.then(
        () => true,
        () => false,
      );
      if (isShown) {
        return (await pieces.allTextContents()).join('');
      }
      await this.page.keyboard.press('Space');
      await this.page.keyboard.press('Backspace');
    }
    throw new Error('no ghost text was shown');
  }

  /** A status bar entry by the text in it. */
  status(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /**
   * Notes from now on what the status bar says, however shortly. What it gives waits until entries with these texts
   * were there one after the other.
   */
  async watchStatus(): Promise<(...texts: string[]) => Promise<unknown>> {
    const said = await this.page.evaluateHandle(() => {
      const said: string[] = [];
      const bar = document.querySelector('.part.statusbar') as Element;
      new MutationObserver(() => said.push(bar.textContent ?? '')).observe(bar, {
        characterData: true,
        childList: true,
        subtree: true,
      });
      return said;
    });
    return (...texts) =>
      this.page.waitForFunction(
        ({ said, texts }) =>
          said.reduce((found, line) => found + (found < texts.length && line.includes(texts[found]!) ? 1 : 0), 0) >=
          texts.length,
        { said, texts },
      );
  }

  /** A message in the corner. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast.notification-fade-in-done', { hasText: text });
  }

  /** The document inside the webview that is in front. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** There while the theme is of this kind. */
  theme(kind: Theme): Locator {
    return this.page.locator(`.monaco-workbench.${THEME_CLASSES[kind]}`);
  }

  /** Keeps a picture of the window under test-artefacts/. */
  async screenshot(name: string): Promise<void> {
    await mkdir(ARTEFACTS, { recursive: true });
    await this.page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
  }
}
