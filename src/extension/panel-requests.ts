import * as v from 'valibot';
import { CancellationTokenSource } from 'vscode';
import { ProgressType } from 'vscode-languageclient';
import type { LanguageClient } from 'vscode-languageclient/node';
import { PANEL_REQUESTS } from '../protocol/messages';
import { EditorSelection, type FromPanel, type ToPanel } from '../protocol/panel';
import { ask } from './ask';
import { selectedText } from './selection';

type PanelRequest = Extract<FromPanel, { kind: 'request' }>;

/** Forwards requests of the panel to the language server: those that a list allows. */
export class PanelRequests {
  readonly #client: LanguageClient;
  readonly #post: (message: ToPanel) => void;
  /** By the id of their request. */
  readonly #running = new Map<number, CancellationTokenSource>();

  #newestToken = 0;

  constructor(client: LanguageClient, post: (message: ToPanel) => void) {
    this.#client = client;
    this.#post = post;
  }

  /** Answers a request by a response, or by a refusal that says why there is none. */
  async answer({ id, method, params }: PanelRequest): Promise<void> {
    const cancellation = new CancellationTokenSource();
    this.#running.set(id, cancellation);
    const post = (message: ToPanel) => {
      // A script that has begun since then counts its requests anew.
      if (this.#running.get(id) === cancellation) {
        this.#post(message);
      }
    };
    try {
      const result = await this.#forward(method, params, cancellation, (part) => post({ kind: 'part', id, part }));
      post({ kind: 'response', id, result });
    } catch (error) {
      post({ kind: 'refusal', id, reason: error instanceof Error ? error.message : String(error) });
    } finally {
      if (this.#running.get(id) === cancellation) {
        this.#running.delete(id);
      }
      cancellation.dispose();
    }
  }

  cancel(id: number): void {
    this.#running.get(id)?.cancel();
  }

  /** Nobody waits any more: the panel is closed, or its script has ended. */
  cancelAll(): void {
    for (const cancellation of this.#running.values()) {
      cancellation.cancel();
    }
    this.#running.clear();
  }

  async #forward(
    method: string,
    given: unknown,
    { token }: CancellationTokenSource,
    onPart: (part: unknown) => void,
  ): Promise<unknown> {
    if (method === EditorSelection.method) {
      return { text: selectedText() };
    }
    const kind = PANEL_REQUESTS.find((allowed) => allowed.method === method);
    if (kind === undefined) {
      throw new Error(`The panel may not ask for ${method}.`);
    }
    const params = v.parse(kind.params, given);
    if (kind.part === undefined) {
      return await ask(this.#client, kind, params, token);
    }
    const partialResultToken = `panel-${++this.#newestToken}`;
    const parts = this.#client.onProgress(new ProgressType<unknown>(), partialResultToken, onPart);
    try {
      return await ask(this.#client, kind, { ...(params as object), partialResultToken }, token);
    } finally {
      parts.dispose();
    }
  }
}
