import type { Explanation } from '../protocol/completion';
import type { Settings } from '../protocol/settings';
import { boundaryBefore } from './boundary';
import { Constraint } from './code-aware/constraint';
import { KnownNames } from './code-aware/known-names';
import { expandContinuations, pathTo, toLineEnd } from './continuations';
import type { Document } from './document';
import { probabilityOf, THRESHOLDS, type Thresholds } from './expected-savings';
import type { Expert } from './experts/expert';
import { dropped, shown } from './explanation';
import { isMidLine, placeAt } from './place';
import { selectSuggestion } from './select-suggestion';
import { ShownSuggestions } from './shown-suggestions';
import { type Anchored, StateCache } from './state-cache';
import { SUPPRESSION_RULES } from './suppression-rules';
import { SyntaxCache } from './syntax-cache';

/** Options of one completion: its mode, how it is cancelled or hurried, and whether somebody sees it. */
export interface CompletionOptions {
  readonly suggestions: Settings['suggestions'];
  /** Rejects the promise with the signal's reason; what was read until then stays in the cache. */
  readonly signal?: AbortSignal | undefined;
  /** Asks for what is known by now, instead of all there is to know. */
  readonly hurry?: AbortSignal | undefined;
  /**
   * Somebody sees the answer at once (default). False where it may come too late: what it shows counts as seen once
   * `see` is called.
   */
  readonly isSeen?: boolean;
  /** What was shown here before is out of date: the expert has learnt since. */
  readonly isAgain?: boolean;
}

/** Dependencies of a completer beside its expert; by default the usual thresholds, any name and the system's clock. */
export interface CompleterSetup {
  readonly thresholds?: Thresholds;
  /** Names that suggestions may contain; by default any. */
  readonly names?: KnownNames | undefined;
  /** Reads a file at once: it completes where the expert has not read up to the cursor when somebody asks to hurry. */
  readonly quick?: Expert | undefined;
  /** A clock in milliseconds. */
  readonly now?: () => number;
}

/**
 * Characters from which on reading is long: the expert will probably be late, so the quick one reads them meanwhile.
 */
const FAR = 100;

/**
 * Floor of the continuations as a share of the threshold: long suggestions are worth showing under it
 * (expected-savings.ts).
 */
const CONTINUATION_FLOOR = 0.4;

/**
 * Suggestion of the model at a cursor, or the rule that holds it back. The language server, the command line and the
 * evaluation all complete through it; whether an editor still shows what it gives, the server decides
 * (`InlineCompletions.answer`). Offsets are in UTF-16 code units; one outside the document means its start or end.
 */
export class Completer {
  readonly #cache: StateCache;
  readonly #quick: StateCache | null;
  readonly #syntax = new SyntaxCache();
  readonly #thresholds: Thresholds;
  readonly #names: KnownNames;
  readonly #shownSuggestions: ShownSuggestions;
  /** The work before the next one: a reading can be advanced by one caller at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  /** What the last work left to do after its answer, in its turn. */
  #remainingWork: Promise<unknown> = Promise.resolve();

  constructor(expert: Expert, { thresholds = THRESHOLDS, names = new KnownNames(), quick, now }: CompleterSetup = {}) {
    this.#cache = new StateCache(expert);
    this.#quick = quick ? new StateCache(quick) : null;
    this.#thresholds = thresholds;
    this.#names = names;
    this.#shownSuggestions = new ShownSuggestions(now ?? (() => performance.now()));
  }

  /** Explanation of what to show; `candidate` is the continuation that it begins, as far as that was foreseen. */
  complete(document: Document, offset: number, options: CompletionOptions): Promise<Explanation> {
    return this.#inTurn(async () => {
      const cursor = boundaryBefore(document.text, offset);
      const request = { document, cursor, suggestions: options.suggestions };
      const rest = options.isAgain ? null : this.#shownSuggestions.rest(request);
      if (rest) {
        return shown(rest, rest.length);
      }
      const explanation = await this.#suggest(document, cursor, options);
      if (explanation.shown) {
        const characters = explanation.characters.slice(0, explanation.text.length);
        this.#shownSuggestions.show(request, characters, options.isSeen ?? true);
      }
      return explanation;
    });
  }

  /**
   * The suggestion that a new request would give: one that is shown and being typed through is not kept, and nothing
   * counts as shown. `candidate` and `characters` go on at least to the line end, however unsure.
   */
  explain(document: Document, offset: number, options: CompletionOptions): Promise<Explanation> {
    const cursor = boundaryBefore(document.text, offset);
    return this.#inTurn(() => this.#suggest(document, cursor, options, { wholeLine: true }));
  }

  /** Somebody sees what `complete` has shown last: whoever has read it and types on has declined it. */
  see(): void {
    this.#shownSuggestions.see();
  }

  /** Forgets a closed document. */
  forget(uri: string): void {
    this.#cache.forget(uri);
    this.#quick?.forget(uri);
    this.#syntax.forget(uri);
    this.#shownSuggestions.forget(uri);
  }

  /** Resolves when no work is under way any more. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  async #suggest(
    document: Document,
    cursor: number,
    options: CompletionOptions,
    { wholeLine = false } = {},
  ): Promise<Explanation> {
    const { uri, text } = document;
    const place = placeAt(text, cursor);
    if (isMidLine(place.lineAfter)) {
      return dropped(SUPPRESSION_RULES.midLine);
    }

    const { signal, hurry, suggestions } = options;
    signal?.throwIfAborted();
    const [{ reading, anchor, late }, syntax] = await both(
      this.#reading(document, cursor, signal, hurry),
      this.#syntax.after(uri, text.slice(0, cursor), signal),
    );
    const known = this.#names.at(uri, text, cursor);
    const constraintHere = () => new Constraint(syntax.fork(), known);
    const before = text.slice(anchor, cursor);
    const threshold = this.#thresholds[suggestions];
    const root = await expandContinuations(reading, before, constraintHere, {
      floor: CONTINUATION_FLOOR * threshold,
      severalLines: place.lineAfter.trim() === '',
      signal,
      hurry,
      // The quick expert takes less for it than what is left after asking to hurry.
      ignoreHurryForFirst: late,
    });
    const declined = this.#shownSuggestions.declined({ document, cursor, suggestions });
    const { choice, continuation } = selectSuggestion(root, { ...place, syntax, known }, threshold, declined);
    const characters = wholeLine
      ? await toLineEnd(reading, before, constraintHere(), continuation, signal)
      : continuation;
    if (choice.end === null) {
      return dropped(choice.rule, characters);
    }
    const path = pathTo(choice.end);
    return shown(characters, path.length, probabilityOf(path, declined));
  }

  /** The expert's reading of the text before the cursor, or, where it is late, the quick expert's. */
  async #reading(document: Document, cursor: number, signal?: AbortSignal, hurry?: AbortSignal): Promise<Chosen> {
    const { reading, anchor } = await this.#cache.anchor(document, cursor);
    const before = document.text.slice(anchor, cursor);
    const isFar = before.length - reading.reach(before) > FAR;
    const read = reading.read(before, signal);
    const quick = hurry && this.#quick;
    if (!quick) {
      await read;
      return { reading, anchor, late: false };
    }
    const prepared = isFar ? readTo(quick, document, cursor) : null;
    // Both may go on after the answer: the expert reads for the next request.
    this.#remainingWork = Promise.allSettled([read, prepared]);
    if (!(await isInTime(read, hurry))) {
      return { ...(await (prepared ?? readTo(quick, document, cursor))), late: true };
    }
    await read;
    return { reading, anchor, late: false };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result
      .catch(() => undefined)
      .then(() => this.#remainingWork)
      .catch(() => undefined);
    return result;
  }
}

/** The reading of the text before the cursor, which has been read. */
async function readTo(cache: StateCache, document: Document, cursor: number): Promise<Anchored> {
  const { reading, anchor } = await cache.anchor(document, cursor);
  await reading.read(document.text.slice(anchor, cursor));
  return { reading, anchor };
}

interface Chosen extends Anchored {
  /** The expert has not read up to the cursor. */
  readonly late: boolean;
}

/**
 * The results of works that go on side by side, as an expert reads in threads of its own. Neither is left behind where
 * one fails.
 */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

/** Whether the work ends before the signal is aborted. */
async function isInTime(work: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  return await new Promise((resolve) => {
    const giveUp = () => resolve(false);
    const end = () => {
      signal.removeEventListener('abort', giveUp);
      resolve(true);
    };
    work.then(end, end);
    if (signal.aborted) {
      giveUp();
    } else {
      signal.addEventListener('abort', giveUp);
    }
  });
}
