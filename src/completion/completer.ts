import type { Explanation } from '../protocol/completion';
import type { Settings } from '../protocol/lsp';
import { boundaryBefore } from './boundary';
import { Constraint } from './code-aware/constraint';
import { KnownNames } from './code-aware/known-names';
import { type Character, type Continuation, decode } from './decode';
import type { Expert } from './expert';
import { dropped, shown, textOf } from './explanation';
import { FILTERS } from './filters/filters';
import { gate, type Rule, SHORTEST, THRESHOLDS, type Thresholds } from './gate';
import { type CodePlace, placeAt } from './place';
import { StateCache } from './state-cache';
import { SyntaxCache } from './syntax';

export interface Document {
  /** Names the document in the cache; any text may be asked about under any name. */
  readonly uri: string;
  readonly text: string;
}

export interface CompletionOptions {
  readonly suggestions: Settings['suggestions'];
  /** Rejects the promise with the signal's reason; what was read until then stays in the cache. */
  readonly signal?: AbortSignal | undefined;
  /** Asks for what is known by now, instead of all there is to know. */
  readonly hurry?: AbortSignal | undefined;
}

const MID_LINE: Rule = {
  name: 'mid-line',
  reason: 'Suggestions appear at the end of a line, or before nothing but closing brackets and quotes.',
};

/** What may stand to the right of the cursor: closers, then perhaps a colon, brace, semicolon or comma. */
const REST_OF_LINE = /^\s*[)>}\]"'`]*\s*[:{;,]?\s*$/;

/**
 * Decides what ghost text shows at a cursor. The language server, the command line and the evaluation all complete
 * through it. Offsets are in UTF-16 code units; one outside the document means its start or end.
 */
export class Completer {
  readonly #cache: StateCache;
  readonly #syntax = new SyntaxCache();
  readonly #thresholds: Thresholds;
  readonly #names: KnownNames;
  #shown: Shown | null = null;
  /** The work before the next one: a reading can be advanced by one caller at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(expert: Expert, thresholds: Thresholds = THRESHOLDS, names = new KnownNames()) {
    this.#cache = new StateCache(expert);
    this.#thresholds = thresholds;
    this.#names = names;
  }

  /** What to show, found with as few steps as possible; `candidate` ends where the gate closed. */
  complete(document: Document, offset: number, options: CompletionOptions): Promise<Explanation> {
    return this.#inTurn(async () => {
      const explanation = await this.#suggest(document, offset, options);
      if (explanation.shown) this.#shown = new Shown(document, offset, options, explanation);
      return explanation;
    });
  }

  /** The same decision; `candidate` and `characters` go on at least to the line end, however unsure. */
  explain(document: Document, offset: number, options: CompletionOptions): Promise<Explanation> {
    return this.#inTurn(() => this.#suggest(document, offset, options, { wholeLine: true }));
  }

  /** Forgets a closed document. */
  forget(uri: string): void {
    this.#cache.forget(uri);
    this.#syntax.forget(uri);
    if (this.#shown?.uri === uri) this.#shown = null;
  }

  /** Resolves when no work is under way any more. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  async #suggest(
    document: Document,
    offset: number,
    options: CompletionOptions,
    { wholeLine = false } = {},
  ): Promise<Explanation> {
    const { uri, text } = document;
    const cursor = boundaryBefore(text, offset);
    const place = placeAt(text, cursor);
    if (!REST_OF_LINE.test(place.lineAfter)) return dropped(MID_LINE);

    const typedThrough = this.#shown?.rest(document, cursor, options);
    if (typedThrough) return shown(typedThrough, typedThrough.length);

    const { signal, hurry, suggestions } = options;
    signal?.throwIfAborted();
    const { reading, anchor } = await this.#cache.anchor(uri, text, cursor);
    const syntax = await this.#syntax.after(uri, text.slice(0, cursor), signal);
    const known = this.#names.at(uri, text, cursor);
    const constraint = new Constraint(syntax.fork(), known);
    const floor = this.#thresholds[suggestions];
    const severalLines = place.lineAfter.trim() === '';
    const decoding = { floor, wholeLine, severalLines, signal, hurry };
    const continuation = await decode(reading, text.slice(anchor, cursor), constraint, decoding);
    return judge(continuation, { ...place, syntax, known }, floor);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** A suggestion that was shown: as long as what is typed agrees with it, the rest of it is the answer. */
class Shown {
  readonly uri: string;
  readonly #suggestions: CompletionOptions['suggestions'];
  readonly #before: string;
  readonly #after: string;
  readonly #characters: readonly Character[];

  constructor({ uri, text }: Document, offset: number, { suggestions }: CompletionOptions, explanation: Explanation) {
    const cursor = boundaryBefore(text, offset);
    this.uri = uri;
    this.#suggestions = suggestions;
    this.#before = text.slice(0, cursor);
    this.#after = text.slice(cursor);
    this.#characters = explanation.characters.slice(0, explanation.text.length);
  }

  /** What is left to type of the suggestion, or null where that is nothing or something else was typed. */
  rest({ uri, text }: Document, cursor: number, { suggestions }: CompletionOptions): readonly Character[] | null {
    const typed = cursor - this.#before.length;
    if (uri !== this.uri || suggestions !== this.#suggestions) return null;
    if (typed < 0 || typed >= this.#characters.length) return null;
    const before = this.#before + textOf(this.#characters.slice(0, typed));
    const agrees = text.length === before.length + this.#after.length;
    return agrees && text.startsWith(before) && text.endsWith(this.#after) ? this.#characters.slice(typed) : null;
  }
}

/** Applies the gate, then every filter; each may only shorten what is shown. */
function judge(continuation: Continuation, place: CodePlace, threshold: number): Explanation {
  const { characters } = continuation;
  const { length, rule } = gate(continuation, threshold);
  if (rule) return dropped(rule, characters);
  let text = textOf(characters.slice(0, length));
  for (const filter of FILTERS) {
    text = filter.keep(text, place);
    if (text.length < SHORTEST) return dropped(filter, characters);
  }
  return shown(characters, text.length);
}
