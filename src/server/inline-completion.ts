import type { CancellationToken, InlineCompletionItem, InlineCompletionParams } from 'vscode-languageserver/node';
import { InlineCompletionTriggerKind } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Document } from '../completion/document';
import type { Explanation } from '../protocol/completion';
import type { Settings } from '../protocol/lsp';
import type { Model } from './models';
import type { StatisticsKeeper } from './statistics';

/**
 * Milliseconds a request may take, some less than the 50 that users may wait. VS Code holds its suggest list back for it; someone
 * who asks by a key has more time.
 */
const DEADLINE = { automatic: 40, invoked: 1000 };

/** Milliseconds before the deadline at which the work is to come to an end. */
const HURRY = 15;

export interface InlineCompletionSetup {
  readonly document: (uri: string) => TextDocument | undefined;
  readonly settings: (uri: string) => Promise<Settings>;
  readonly model: () => Model | null;
  /** By which experts know a document. */
  readonly nameOf: (uri: string) => string;
  readonly statistics: StatisticsKeeper;
  readonly log: (line: string) => void;
}

/** The completion that is worked on, or was last. */
interface Work {
  readonly document: TextDocument;
  readonly version: number;
  readonly length: number;
  readonly offset: number;
  readonly model: Model;
  readonly stop: AbortController;
  readonly hurry: AbortController;
  /** Null where nothing is to be shown, or where the work was stopped. */
  readonly result: Promise<Explanation | null>;
  /** False while nobody has asked: begun because somebody probably will. */
  isAsked: boolean;
}

/** Answers `textDocument/inlineCompletion`: in time, or with nothing while the work goes on for the next request. */
export class InlineCompletions {
  readonly #setup: InlineCompletionSetup;
  #work: Work | null = null;

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
    const began = performance.now();
    const offset = document.offsetAt(position);
    const work = this.#isWorkedOn(document, offset, model) ? this.#work! : this.#begin(document, offset, model);
    work.isAsked = true;
    const isInvoked = context?.triggerKind === InlineCompletionTriggerKind.Invoked;
    const explanation = await inTime(work, isInvoked ? DEADLINE.invoked : DEADLINE.automatic, token);
    const isStale = this.#setup.document(uri) !== document || document.version !== work.version;
    if (isStale || token.isCancellationRequested) return [];
    const suggestion = explanation?.shown ? explanation.text : null;
    if (suggestion !== null) model.completer.see();
    this.#setup.statistics.answered(uri, document.getText(), offset, suggestion, performance.now() - began);
    return suggestion === null ? [] : [stableItem(document, offset, suggestion)];
  }

  /**
   * To be told of every change. Editors wait for a pause in typing before they ask; where the last change was asked about, the
   * work begins now, at the place where the cursor must be if it was typed or deleted there.
   */
  changed(document: TextDocument): void {
    this.#setup.statistics.changed(document.uri, document.getText());
    const last = this.#work;
    const model = this.#setup.model();
    if (!model || !last?.isAsked || last.document !== document) return;
    const offset = last.offset + document.getText().length - last.length;
    if (offset >= 0 && offset <= document.getText().length) this.#begin(document, offset, model);
  }

  /** Reads up to where the user was last, so that the first request finds a new model ready. */
  async warm(model: Model): Promise<void> {
    if (!this.#work) return;
    const { document, offset } = this.#work;
    if (this.#setup.document(document.uri) !== document) return;
    const { suggestions } = await this.#setup.settings(document.uri);
    await model.completer.complete(this.#snapshot(document), offset, { suggestions, isUnseen: true });
  }

  /** Work that was hurried is begun again: it knows more by now. */
  #isWorkedOn(document: TextDocument, offset: number, model: Model): boolean {
    const work = this.#work;
    return (
      work?.document === document &&
      work.version === document.version &&
      work.offset === offset &&
      work.model === model &&
      !work.hurry.signal.aborted
    );
  }

  /** Only the newest work goes on; what an older one has read stays in the model's cache. */
  #begin(document: TextDocument, offset: number, model: Model): Work {
    this.#work?.stop.abort();
    const snapshot = this.#snapshot(document);
    const stop = new AbortController();
    const hurry = new AbortController();
    const result = this.#complete(model, snapshot, offset, stop.signal, hurry.signal);
    const { version } = document;
    this.#work = {
      document,
      version,
      length: snapshot.text.length,
      offset,
      model,
      stop,
      hurry,
      result,
      isAsked: false,
    };
    return this.#work;
  }

  #snapshot(document: TextDocument): Document {
    return { uri: document.uri, name: this.#setup.nameOf(document.uri), text: document.getText() };
  }

  async #complete(
    model: Model,
    document: Document,
    offset: number,
    signal: AbortSignal,
    hurry: AbortSignal,
  ): Promise<Explanation | null> {
    try {
      return await model.use(async () => {
        const { enable, suggestions } = await this.#setup.settings(document.uri);
        const options = { suggestions, signal, hurry, isUnseen: true };
        return enable ? await model.completer.complete(document, offset, options) : null;
      });
    } catch (error) {
      if (!signal.aborted) this.#setup.log(String(error instanceof Error ? error.stack : error));
      return null;
    }
  }
}

/** The work's result, or null where it takes too long or nobody waits any more; the work itself goes on. */
async function inTime(
  { result, hurry }: Work,
  deadline: number,
  token: CancellationToken,
): Promise<Explanation | null> {
  return await new Promise((resolve, reject) => {
    const giveUp = () => resolve(null);
    const timers = [setTimeout(() => hurry.abort(), deadline - HURRY), setTimeout(giveUp, deadline)];
    const cancellation = token.onCancellationRequested(giveUp);
    result.then(resolve, reject).finally(() => {
      for (const timer of timers) clearTimeout(timer);
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
