import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { commands, Disposable, env, type LogOutputChannel, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { DeleteRun } from '../protocol/messages';
import { FromPanel, type ToPanel } from '../protocol/panel';
import { Command } from './command-ids';
import { exportRunOf } from './export-run';
import type { TrainingHistory } from './history';
import { openSource, openText } from './open-text';
import { panelHtml } from './panel-html';
import { PanelRequests } from './panel-requests';
import type { ServerEvents } from './server-events';

const VIEW_TYPE = 'understudy.panel';

/** Walkthrough of the manifest: the extension's id, and its own. */
const LESSON = 'understudy.understudy#lesson';

/** Hosts the training panel: at most one, which survives a reload of the window. */
export class PanelHost implements Disposable {
  readonly #extensionUri: Uri;
  readonly #client: LanguageClient;
  readonly #events: ServerEvents;
  readonly #log: LogOutputChannel;
  readonly #requests: PanelRequests;
  #panel: WebviewPanel | undefined;
  /** Text to be looked into, until the webview takes it. */
  #toInspect: string | null = null;
  /** The webview's script runs. */
  #isRunning = false;
  #wasVisible = false;
  /** History that the webview's page came with. */
  #historyOfPage: TrainingHistory | null = null;
  /** Answers to a webview that is hidden. */
  readonly #unsent: ToPanel[] = [];
  readonly #subscriptions: Disposable;

  constructor(extensionUri: Uri, client: LanguageClient, events: ServerEvents, log: LogOutputChannel) {
    this.#extensionUri = extensionUri;
    this.#client = client;
    this.#events = events;
    this.#log = log;
    this.#requests = new PanelRequests(client, (message) => this.#post(message));
    this.#subscriptions = Disposable.from(
      events.onDidChange((message) => this.#post(message)),
      window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: async (panel) => this.#adopt(panel),
      }),
    );
  }

  /** Shows the panel, beside the editor if there is one; the focus stays where it is. */
  open(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal(undefined, true);
      return;
    }
    const viewColumn = window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
    const options = { retainContextWhenHidden: true }; // so that it is there at once when it is shown again
    this.#adopt(window.createWebviewPanel(VIEW_TYPE, 'Understudy', { viewColumn, preserveFocus: true }, options));
  }

  /** Opens the panel on a text that somebody wants to look into. */
  inspect(text: string): void {
    this.#toInspect = text;
    this.open();
    this.#postToInspect();
  }

  /** Not before the script runs: a webview that was hidden, or is new, would lose it. */
  #postToInspect(): void {
    if (this.#toInspect !== null && this.#isRunning && this.#panel?.visible === true) {
      this.#post({ kind: 'inspect', text: this.#toInspect });
      this.#toInspect = null;
    }
  }

  #adopt(panel: WebviewPanel): void {
    this.#isRunning = false;
    this.#panel?.dispose();
    this.#panel = panel;
    panel.iconPath = Uri.joinPath(this.#extensionUri, 'media', 'icon.svg');
    panel.onDidDispose(() => {
      if (this.#panel === panel) {
        this.#panel = undefined;
        this.#unsent.length = 0;
        this.#requests.cancelAll();
      }
    });
    this.#wasVisible = panel.visible;
    panel.onDidChangeViewState(() => this.#onViewState(panel.visible));
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    const resources = [Uri.joinPath(this.#extensionUri, 'dist'), Uri.joinPath(this.#extensionUri, 'media')];
    panel.webview.options = { enableScripts: true, localResourceRoots: resources };
    const source = (file: string) =>
      panel.webview.asWebviewUri(Uri.joinPath(this.#extensionUri, 'dist', file)).toString();
    this.#historyOfPage = this.#events.isStarting ? null : this.#events.history;
    panel.webview.html = panelHtml(
      {
        script: source('panel.js'),
        style: source('panel.css'),
        cspSource: panel.webview.cspSource,
        nonce: randomBytes(16).toString('base64url'),
      },
      this.#historyOfPage && historyMessage(this.#historyOfPage),
    );
  }

  /** Whether it is active changes the view's state as well; that is nothing new to a webview. */
  #onViewState(isVisible: boolean): void {
    const isShown = isVisible && !this.#wasVisible;
    this.#wasVisible = isVisible;
    if (isShown) {
      for (const message of this.#unsent.splice(0)) {
        this.#post(message);
      }
      this.#postHistory();
      this.#postToInspect();
    }
  }

  #postHistory(known: TrainingHistory | null = null): void {
    if (this.#events.isStarting) {
      return;
    }
    const { history, statistics } = this.#events;
    if (history !== known) {
      this.#post(historyMessage(history));
    }
    if (statistics !== null) {
      this.#post({ kind: 'statistics', statistics });
    }
  }

  /** A hidden webview gets no messages: answers wait for it, and of all else it is told the whole history then. */
  #post(message: ToPanel): void {
    if (this.#panel?.visible === true) {
      void this.#panel.webview.postMessage(message);
    } else if (this.#panel !== undefined && isAnswer(message)) {
      this.#unsent.push(message);
    }
  }

  #receive(message: unknown): void {
    const parsed = v.safeParse(FromPanel, message);
    if (!parsed.success) {
      this.#log.warn(`Not a message of the panel: ${v.summarize(parsed.issues)}`);
      return;
    }
    switch (parsed.output.kind) {
      case 'ready':
        this.#isRunning = true;
        this.#postHistory(this.#historyOfPage);
        this.#postToInspect();
        return;
      case 'train':
        void commands.executeCommand(Command.train);
        return;
      case 'stop':
        void commands.executeCommand(Command.stop);
        return;
      case 'resume':
        void commands.executeCommand(Command.resume);
        return;
      case 'resetStatistics':
        void commands.executeCommand(Command.resetStatistics);
        return;
      case 'suggestFromNewest':
        void commands.executeCommand(Command.suggestFromNewest);
        return;
      case 'openLesson':
        void commands.executeCommand('workbench.action.openWalkthrough', LESSON, false);
        return;
      case 'openSource':
        void openSource(parsed.output);
        return;
      case 'openText':
        void openText(parsed.output.text);
        return;
      case 'copy':
        void env.clipboard.writeText(parsed.output.text);
        return;
      case 'inspectSelection':
        void commands.executeCommand(Command.inspectSelection);
        return;
      case 'exportRun':
        void exportRunOf(this.#client, parsed.output.run);
        return;
      case 'request':
        void this.#answer(parsed.output);
        return;
      case 'cancel':
        this.#requests.cancel(parsed.output.id);
    }
  }

  /** Another run may be the current one after a deletion. */
  async #answer(request: Extract<FromPanel, { kind: 'request' }>): Promise<void> {
    await this.#requests.answer(request);
    if (request.method === DeleteRun.method) {
      this.#events.readHistory();
    }
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#panel?.dispose();
  }
}

function historyMessage({ status, events }: TrainingHistory): ToPanel {
  return { kind: 'history', status, events: [...events] };
}

function isAnswer({ kind }: ToPanel): boolean {
  return kind === 'part' || kind === 'response' || kind === 'refusal';
}
