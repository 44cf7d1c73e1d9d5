import type { CancellationToken, InlineCompletionItem, InlineCompletionParams } from 'vscode-languageserver/node';
import { InlineCompletionTriggerKind } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompletionOptions } from '../../completion/completer';
import type { Document } from '../../completion/document';
import type { Explanation } from '../../protocol/completion';
import type { Settings } from '../../protocol/settings';
import { stackOf } from '../requests';
import { isTooLong } from './documents';
import type { CompletionModel } from './models';
import type { SuggestionStatistics } from './statistics';

/**
 * Milliseconds a request may take, some less than the 50 that users may wait. VS Code holds its suggest list back for
 * it; someone who asks by a key has more time.
 */
const DEADLINE = { automatic: 40, invoked: 1000 };

/** Milliseconds before the deadline at which the work is to come to an end. */
const HURRY = 15;

export interface InlineCompletionSetup {
  readonly document: (uri: string) => TextDocument | undefined;
  readonly settings: (uri: string) => Promise<Settings>;
  readonly model: () => CompletionModel | null;
  /** Name by which experts know a document. */
  readonly nameOf: (uri: string) => string;
  readonly statistics: SuggestionStatistics;
  /** An item replaces its line up to the cursor (ServerOptions); else it is what is added there. */
  readonly rangeFromLineStart: boolean;
  readonly log: (line: string) => void;
}

/** The completion that is worked on, or was last. */
interface Work {
  readonly document: TextDocument;
  readonly version: number;
  readonly length: number;
  readonly offset: number;
  readonly model: CompletionModel;
  /** Updates of the model when the work began. */
  readonly updates: number;
  readonly stop: AbortController;
  readonly hurry: AbortController;
  /** Null where suggestions are switched off, the work was stopped, or it failed; else a suggestion or a reason. */
  readonly result: Promise<Explanation | null>;
  /** False while nobody has asked: begun because somebody probably will. */
  isAsked: boolean;
}

/**
 * Answers to `textDocument/inlineCompletion`: in time, or with nothing while the work goes on for the next request. It
 * holds back what the completer suggests where that comes too late, the document has changed, or the editor has
 * cancelled; and it does not ask where suggestions are switched off, there is no model, or the document is too long.
 */
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
    if (!document || !model || isTooLong(document)) {
      return [];
    }
    const began = performance.now();
    const offset = document.offsetAt(position);
    const work = this.#workAt(document, offset, model);
    work.isAsked = true;
    const isInvoked = context?.triggerKind === InlineCompletionTriggerKind.Invoked;
    const explanation = await inTime(work, isInvoked ? DEADLINE.invoked : DEADLINE.automatic, token);
    const isStale = this.#setup.document(uri) !== document || document.version !== work.version;
    if (isStale || token.isCancellationRequested) {
      return [];
    }
    const suggestion = explanation?.shown ? explanation.text : null;
    if (suggestion !== null) {
      model.completer.see();
    }
    const chosenEpoch = model.state.isChosen ? model.state.epoch : null;
    const milliseconds = performance.now() - began;
    this.#setup.statistics.answered(uri, document.getText(), offset, suggestion, milliseconds, chosenEpoch);
    return suggestion === null ? [] : [this.#item(document, offset, suggestion)];
  }

  /** Ends the work that goes on. */
  close(): void {
    this.#work?.stop.abort();
  }

  /**
   * To be told of every change. Editors wait for a pause in typing before they ask; where the last change was asked
   * about, the work begins now, at the place where the cursor must be if it was typed or deleted there.
   */
  changed(document: TextDocument): void {
    if (isTooLong(document)) {
      return;
    }
    this.#setup.statistics.changed(document.uri, document.getText());
    const last = this.#work;
    const model = this.#setup.model();
    if (!model || !last?.isAsked || last.document !== document) {
      return;
    }
    const offset = last.offset + document.getText().length - last.length;
    if (offset >= 0 && offset <= document.getText().length) {
      this.#begin(document, offset, model);
    }
  }

  /** Reads up to where the user was last, so that the first request finds a new model ready. */
  async warm(model: CompletionModel): Promise<void> {
    if (!this.#work) {
      return;
    }
    const { document, offset } = this.#work;
    if (this.#setup.document(document.uri) !== document || isTooLong(document)) {
      return;
    }
    const { suggestions } = await this.#setup.settings(document.uri);
    await model.completer.complete(this.#snapshot(document), offset, { suggestions, isSeen: false });
  }

  /**
   * Goes on with the work at this place, unless the model knows more by now: it was hurried then, or has learnt
   * something.
   */
  #workAt(document: TextDocument, offset: number, model: CompletionModel): Work {
    const work = this.#work;
    const isHere = work?.document === document && work.version === document.version && work.offset === offset;
    if (!isHere || work.model !== model || work.hurry.signal.aborted) {
      return this.#begin(document, offset, model);
    }
    return work.updates === model.updates ? work : this.#begin(document, offset, model, { isAgain: true });
  }

  /**
   * The line up to the cursor, replaced with itself and more, does not flicker in VS Code while one types or deletes.
   */
  #item(document: TextDocument, offset: number, text: string): InlineCompletionItem {
    const end = document.positionAt(offset);
    const start = this.#setup.rangeFromLineStart ? { line: end.line, character: 0 } : end;
    const range = { start, end };
    return { insertText: document.getText(range) + text, range };
  }

  /** Only the newest work goes on; what an older one has read stays in the model's cache. */
  #begin(document: TextDocument, offset: number, model: CompletionModel, { isAgain = false } = {}): Work {
    this.#work?.stop.abort();
    const snapshot = this.#snapshot(document);
    const stop = new AbortController();
    const hurry = new AbortController();
    const { updates } = model;
    const result = this.#complete(model, snapshot, offset, { isAgain, signal: stop.signal, hurry: hurry.signal });
    const { version } = document;
    this.#work = {
      document,
      version,
      length: snapshot.text.length,
      offset,
      model,
      updates,
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
    model: CompletionModel,
    document: Document,
    offset: number,
    given: Pick<CompletionOptions, 'isAgain' | 'signal' | 'hurry'>,
  ): Promise<Explanation | null> {
    try {
      return await model.use(async () => {
        const { enable, suggestions } = await this.#setup.settings(document.uri);
        const options = { ...given, suggestions, isSeen: false };
        return enable ? await model.completer.complete(document, offset, options) : null;
      });
    } catch (error) {
      if (!given.signal?.aborted) {
        this.#setup.log(stackOf(error));
      }
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
      for (const timer of timers) {
        clearTimeout(timer);
      }
      cancellation.dispose();
    });
  });
}
