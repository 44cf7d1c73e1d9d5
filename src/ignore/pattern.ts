import { Automaton, type Expression, sequence } from './automaton';

/** Regular expression for whole texts; the characters that it must begin and end with rule out most texts at once. */
export class Pattern {
  /** The one text that it matches; null where there may be others. */
  readonly literal: string | null;
  readonly #prefix: string;
  readonly #suffix: string;
  /** Becomes an automaton when a text passes the first test. */
  #rest: Expression | Automaton | null;

  constructor(expression: Expression) {
    const { parts } = sequence([expression]);
    this.#prefix = leadingText(parts);
    this.literal = this.#prefix.length === parts.length ? this.#prefix : null;
    this.#suffix = this.literal === null ? trailingText(parts) : '';
    this.#rest = this.literal === null ? expression : null;
  }

  matches(text: string): boolean {
    if (this.#rest === null) {
      return text === this.literal;
    }
    if (text.length < this.#prefix.length + this.#suffix.length) {
      return false;
    }
    if (!text.startsWith(this.#prefix) || !text.endsWith(this.#suffix)) {
      return false;
    }
    if (!(this.#rest instanceof Automaton)) {
      this.#rest = new Automaton(this.#rest);
    }
    return this.#rest.accepts(text);
  }
}

function leadingText(parts: readonly Expression[]): string {
  const wild = parts.findIndex((part) => part.kind !== 'character');
  return textOf(wild < 0 ? parts : parts.slice(0, wild));
}

function trailingText(parts: readonly Expression[]): string {
  return textOf(parts.slice(parts.findLastIndex((part) => part.kind !== 'character') + 1));
}

function textOf(parts: readonly Expression[]): string {
  return parts.map((part) => (part.kind === 'character' ? String.fromCharCode(part.code) : '')).join('');
}
