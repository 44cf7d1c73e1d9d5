import type { CancellationToken, InlineCompletionItem, InlineCompletionParams } from 'vscode-languageserver/node';
import { InlineCompletionTriggerKind } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Explanation } from '../protocol/completion';
import type { Settings } from '../protocol/lsp';
import type { Model } from './models';

/**
 * Milliseconds a request may take. VS Code holds its suggest list back for it; someone who asks by a key has more time.
 */
const DEADLINE = { automatic: 50, invoked: 1000 };

export interface InlineCompletionSetup {
  readonly document: (uri: string) => TextDocument | undefined;
  readonly settings: (uri: string) => Promise<Settings>;
  readonly model: () => Model | null;
  readonly log: (line: string) => void;
}

/** Answers `textDocument/inlineCompletion`: in time, or with nothing while the work goes on for the next request. */
export class InlineCompletions {
  readonly #setup: InlineCompletionSetup;
  #work = new AbortController();
  #cursor: { readonly uri: string; readonly offset: number } | null = null;

  constructor(setup: InlineCompletionSetup) {
    this.#setup = setup;
  }

  async answer(
    { textDocument: { uri }, position, context }: InlineCompletionParams,
    token: CancellationToken,
  ): Promise<InlineCompletionItem[]> {
    const document = this.#setup.document(uri);
    const model = this.#setup.model();
    if (!document || !model) return [];
    const { version } = document;
    const text = document.getText();
    const offset = document.offsetAt(position);
    const isInvoked = context?.triggerKind === InlineCompletionTriggerKind.Invoked;
    const explanation = await inTime(
      this.#complete(model, { uri, text }, offset),
      isInvoked ? DEADLINE.invoked : DEADLINE.automatic,
      token,
    );
    const isStale = this.#setup.document(uri) !== document || document.version !== version;
    return explanation?.shown && !isStale ? [stableItem(document, offset, explanation.text)] : [];
  }

  /** Reads up to where the user was last, so that the first request finds a new model ready. */
  async warm(model: Model): Promise<void> {
    const document = this.#cursor && this.#setup.document(this.#cursor.uri);
    if (!this.#cursor || !document) return;
    const { uri, offset } = this.#cursor;
    await model.completer.complete({ uri, text: document.getText() }, offset, await this.#setup.settings(uri));
  }

  /** Only the newest request is worked on; what an older one has read stays in the cache. */
  async #complete(model: Model, document: { uri: string; text: string }, offset: number): Promise<Explanation | null> {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.#cursor = { uri: document.uri, offset };
    try {
      const { enable, suggestions } = await this.#setup.settings(document.uri);
      return enable ? await model.completer.complete(document, offset, { suggestions, signal }) : null;
    } catch (error) {
      if (!signal.aborted) this.#setup.log(String(error instanceof Error ? error.stack : error));
      return null;
    }
  }
}

/** What `work` gives, or null where it takes too long or nobody waits any more; the work itself goes on. */
async function inTime<T>(work: Promise<T>, milliseconds: number, token: CancellationToken): Promise<T | null> {
  return await new Promise((resolve, reject) => {
    const giveUp = () => resolve(null);
    const timer = setTimeout(giveUp, milliseconds);
    const cancellation = token.onCancellationRequested(giveUp);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      cancellation.dispose();
    });
  });
}

/** Replaces the line up to the cursor with itself and more, so that the text does not flicker while one types or deletes. */
function stableItem(document: TextDocument, offset: number, text: string): InlineCompletionItem {
  const end = document.positionAt(offset);
  const range = { start: { line: end.line, character: 0 }, end };
  return { insertText: document.getText(range) + text, range };
}
