import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import * as v from 'valibot';
import { ARTEFACTS } from '../../scripts/code-server/places';
import { panelHtml } from '../../src/extension/panel-html';
import type { Status } from '../../src/protocol/model-status';
import type { FromPanel, ToPanel } from '../../src/protocol/panel';
import type { RequestKind } from '../../src/protocol/request-kind';
import type { TrainingEvent } from '../../src/protocol/training-events';
import { themes } from './themes';

const DIST = join(__dirname, '..', '..', 'dist');
const ORIGIN = 'https://panel.test';

export type Theme = keyof typeof themes;

const BODY_CLASS: Record<Theme, string> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'high-contrast': 'vscode-high-contrast',
  'high-contrast-light': 'vscode-high-contrast-light vscode-high-contrast',
};

/** What VS Code's own style sheet for webviews says of the page. */
const WEBVIEW_STYLE = `@layer vscode-default {
  html { background: var(--vscode-editor-background); scrollbar-color: var(--vscode-scrollbarSlider-background) transparent; }
  body { margin: 0; padding: 0 20px; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
         font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); }
}`;

/** The built panel as VS Code would show it, in a page of its own: same HTML, same policy, a theme's real colours. */
export class PanelPage {
  readonly page: Page;
  /** Errors, warnings and broken rules of the content security policy. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  /**
   * `kept` is what the panel left in VS Code's keeping before it was hidden or reloaded; `history` what its page comes
   * with.
   */
  static async open(
    browser: Browser,
    options: { theme: Theme; width?: number; kept?: unknown; history?: ToPanel },
  ): Promise<PanelPage> {
    const { theme, width = 1000, kept, history = null } = options;
    const page = await browser.newPage({ viewport: { width, height: 1100 } });
    const panel = new PanelPage(page);
    page.on('console', (message) => panel.complaints.push(message.text()));
    page.on('pageerror', (error) => panel.complaints.push(error.message));
    await page.addInitScript({ content: standInForVsCode(kept) });
    await page.route(`${ORIGIN}/**`, async (route) => {
      const path = new URL(route.request().url()).pathname.slice(1);
      if (path === '') {
        await route.fulfill({ contentType: 'text/html', body: html(history) });
      } else {
        await route.fulfill({ path: join(DIST, path) });
      }
    });
    await page.goto(ORIGIN);
    await panel.setTheme(theme);
    return panel;
  }

  async setTheme(theme: Theme): Promise<void> {
    await this.page.evaluate(
      ([variables, bodyClass, style]) => {
        document.documentElement.removeAttribute('style');
        for (const [name, value] of Object.entries(variables)) {
          document.documentElement.style.setProperty(name, value);
        }
        document.body.className = bodyClass;
        const card = new CSSStyleSheet();
        card.replaceSync(style);
        document.adoptedStyleSheets = [card];
      },
      [themes[theme] as Record<string, string>, BODY_CLASS[theme], WEBVIEW_STYLE] as const,
    );
  }

  async tell(message: ToPanel): Promise<void> {
    await this.page.evaluate((data) => window.postMessage(data), message);
  }

  /** What the panel has sent to its host. Kept in the page, so that it is in step with what the page shows. */
  sent(): Promise<FromPanel[]> {
    return this.page.evaluate(() => (window as unknown as { sent: FromPanel[] }).sent);
  }

  /** Requests of a kind that the panel has made, with their ids. */
  async requests<Params, Result>(kind: RequestKind<Params, Result>): Promise<{ id: number; params: Params }[]> {
    const sent = await this.sent();
    return sent.flatMap((message) =>
      message.kind === 'request' && message.method === kind.method
        ? [{ id: message.id, params: v.parse(kind.params, message.params) }]
        : [],
    );
  }

  /** Answers the newest request with these parameters, once the panel has made it. */
  async answer<Params, Result>(kind: RequestKind<Params, Result>, params: Params, result: Result): Promise<void> {
    await this.tell({ kind: 'response', id: await this.#idOf(kind, params), result });
  }

  /** Tells a part of the answer. */
  async tellPart<Params, Result, Part>(
    kind: RequestKind<Params, Result, Part>,
    params: Params,
    part: Part,
  ): Promise<void> {
    await this.tell({ kind: 'part', id: await this.#idOf(kind, params), part });
  }

  async refuse<Params, Result>(kind: RequestKind<Params, Result>, params: Params, reason: string): Promise<void> {
    await this.tell({ kind: 'refusal', id: await this.#idOf(kind, params), reason });
  }

  /** The panel draws once a frame: what it asks for while drawing is not yet asked when a message has reached it. */
  async #idOf<Params, Result>({ method }: RequestKind<Params, Result>, params: Params): Promise<number> {
    const id = await this.page.waitForFunction(
      ([method, params]) => {
        const { sent } = window as unknown as { sent: FromPanel[] };
        const found = sent.findLast(
          (message) =>
            message.kind === 'request' && message.method === method && JSON.stringify(message.params) === params,
        );
        return found?.kind === 'request' ? found.id : undefined;
      },
      [method, JSON.stringify(params ?? null)] as const,
    );
    return (await id.jsonValue())!;
  }

  /** What the panel has put into VS Code's keeping. */
  kept(): Promise<unknown> {
    return this.page.evaluate(() => (window as unknown as { kept: unknown }).kept);
  }

  close(): Promise<void> {
    return this.page.close();
  }
}

/** Opens a panel, tells it a history, and checks at the end that the browser had nothing to complain about. */
export async function withPanel(
  browser: Browser,
  options: { theme?: Theme; width?: number; kept?: unknown; status: Status; events?: readonly TrainingEvent[] },
  look: (panel: PanelPage) => Promise<void>,
): Promise<void> {
  const panel = await PanelPage.open(browser, { theme: 'dark', ...options });
  try {
    await panel.tell({ kind: 'history', status: options.status, events: [...(options.events ?? [])] });
    await panel.page.locator(`#panel[data-state="${options.status.kind}"]`).waitFor();
    await look(panel);
    assert.deepEqual(panel.complaints, []);
  } finally {
    await panel.close();
  }
}

/** Takes a picture in every theme, wide and narrow, for people to look at. */
export async function takePictures(panel: PanelPage, name: string): Promise<void> {
  for (const theme of Object.keys(themes) as Theme[]) {
    await panel.setTheme(theme);
    for (const width of [1600, 400]) {
      await panel.page.setViewportSize({ width, height: 1100 });
      await panel.page.screenshot({ path: join(ARTEFACTS, `${name}-${theme}-${width}.png`), fullPage: true });
    }
  }
}

function html(history: ToPanel | null): string {
  const sources = { script: `${ORIGIN}/panel.js`, style: `${ORIGIN}/panel.css`, cspSource: ORIGIN, nonce: 'test' };
  return panelHtml(sources, history);
}

/** Runs in the page before the panel does. Text, because tsx's own helpers do not reach the page. */
function standInForVsCode(kept: unknown): string {
  return `
    window.kept = ${JSON.stringify(kept)};
    window.sent = [];
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.sent.push(message),
      getState: () => window.kept,
      setState: (state) => { window.kept = state; },
    });`;
}
