import type { Settings } from '../protocol/settings';
import { type Character, textOf } from './continuations';
import type { Document } from './document';
import { type Declined, probabilityOf } from './expected-savings';

/** Milliseconds that it takes to read a suggestion: whoever types on after so long has declined it. */
const READING = 700;

/** Place and mode in which a suggestion is shown. */
interface SuggestionRequest {
  readonly document: Document;
  readonly cursor: number;
  readonly suggestions: Settings['suggestions'];
}

/**
 * Tracks whether the last suggestion was typed through or declined. Typed through quickly, it stays as it is, without
 * new work or flicker; read and not accepted, it is declined for as long as the typed text agrees with it.
 */
export class ShownSuggestions {
  readonly #now: () => number;
  #shown: Suggestion | null = null;
  #declined: Suggestion[] = [];

  /** `now`: a clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param isSeen by somebody now; else nobody can decline it until `see` is called */
  show(request: SuggestionRequest, characters: readonly Character[], isSeen: boolean): void {
    this.#shown = new Suggestion(request, characters, isSeen ? this.#now() : null);
  }

  /** What was shown last has reached somebody. */
  see(): void {
    const shown = this.#shown;
    if (shown?.since === null) {
      this.#shown = shown.typedOn(shown.typed, this.#now());
    }
  }

  /** Rest of the suggestion that is shown, or null where there is none or it was declined. */
  rest(request: SuggestionRequest): readonly Character[] | null {
    this.#forgetOthers(request);
    const shown = this.#shown;
    const rest = shown?.rest(request);
    if (!shown || !rest) {
      return null;
    }
    const now = this.#now();
    const typed = shown.characters.length - rest.length;
    if (typed <= shown.typed) {
      return rest;
    }
    if (shown.since !== null && now - shown.since >= READING) {
      this.#declined.push(shown);
      this.#shown = null;
      return null;
    }
    this.#shown = shown.typedOn(typed, shown.since === null ? null : now);
    return rest;
  }

  /** Rests of the suggestions that were declined. */
  declined(request: SuggestionRequest): Declined[] {
    this.#forgetOthers(request);
    return this.#declined.map((suggestion) => {
      const rest = suggestion.rest(request)!;
      return { text: textOf(rest), probability: probabilityOf(rest) };
    });
  }

  /** Keeps what was declined only as long as the text agrees with it. */
  #forgetOthers(request: SuggestionRequest): void {
    this.#declined = this.#declined.filter((suggestion) => suggestion.rest(request) !== null);
  }

  forget(uri: string): void {
    if (this.#shown?.request.document.uri === uri) {
      this.#shown = null;
    }
    this.#declined = this.#declined.filter(({ request }) => request.document.uri !== uri);
  }
}

class Suggestion {
  readonly request: SuggestionRequest;
  readonly characters: readonly Character[];
  readonly since: number | null;
  readonly typed: number;
  readonly #before: string;
  readonly #after: string;

  /**
   * `since`: when somebody last saw it change, with its first `typed` characters typed; null while nobody has seen it.
   */
  constructor(request: SuggestionRequest, characters: readonly Character[], since: number | null, typed = 0) {
    this.request = request;
    this.characters = characters;
    this.since = since;
    this.typed = typed;
    const { text } = request.document;
    this.#before = text.slice(0, request.cursor);
    this.#after = text.slice(request.cursor);
  }

  typedOn(typed: number, since: number | null): Suggestion {
    return new Suggestion(this.request, this.characters, since, typed);
  }

  /** Rest of the suggestion, or null where nothing is left or something else was typed. */
  rest({ document: { uri, text }, cursor, suggestions }: SuggestionRequest): readonly Character[] | null {
    const typed = cursor - this.#before.length;
    if (uri !== this.request.document.uri || suggestions !== this.request.suggestions) {
      return null;
    }
    if (typed < 0 || typed >= this.characters.length) {
      return null;
    }
    const before = this.#before + textOf(this.characters.slice(0, typed));
    const agrees = text.length === before.length + this.#after.length;
    return agrees && text.startsWith(before) && text.endsWith(this.#after) ? this.characters.slice(typed) : null;
  }
}
