/** Whether a character of the text, given by its code, belongs to a set. */
export type CharacterSet = (code: number) => boolean;

/** Regular expression, as a tree. */
export type Expression =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'set'; readonly has: CharacterSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'either'; readonly choices: readonly Expression[] }
  | { readonly kind: 'repeated'; readonly part: Expression; readonly atLeast: 0 | 1 };

/** One expression after the other. No part of it is a sequence. */
export function sequence(parts: readonly Expression[]): { kind: 'sequence'; parts: readonly Expression[] } {
  return { kind: 'sequence', parts: parts.flatMap((part) => (part.kind === 'sequence' ? part.parts : [part])) };
}

/** A text of UTF-16 code units, that one alone. */
export function literally(text: string): Expression {
  return sequence(Array.from({ length: text.length }, (_, at) => ({ kind: 'character', code: text.charCodeAt(at) })));
}

export function either(choices: readonly Expression[]): Expression {
  return { kind: 'either', choices };
}

export function onceOrMore(part: Expression): Expression {
  return { kind: 'repeated', part, atLeast: 1 };
}

export function optional(part: Expression): Expression {
  return either([part, sequence([])]);
}

export function anyNumberOf(part: Expression): Expression {
  return { kind: 'repeated', part, atLeast: 0 };
}

/** In place of the code of the one character that a state takes: it takes a set. */
const SET = -1;
/** Takes no character, and goes on in two states. */
const FORK = -2;

/**
 * Nondeterministic finite automaton of a regular expression, simulated in all its states at once (Thompson's way): a
 * text costs at most its length times the number of states, whatever the expression is. JavaScript's own regular
 * expressions try one way after the other, and some expressions have exponentially many ways.
 *
 * A state that takes a character is followed by the next one; what comes after the last state is acceptance.
 */
export class Automaton {
  /** Per state the code of its character, `SET` or `FORK`. */
  readonly #kinds: number[] = [];
  /** Per state, where it is a fork. */
  readonly #first: number[] = [];
  readonly #second: number[] = [];
  /** Per state, where it takes a set. */
  readonly #sets: (CharacterSet | null)[] = [];
  /** Per state, the last step in which it was reached. */
  readonly #reachedIn: Float64Array;
  #step = 0;
  /** States that the text so far leads to, forks aside; the other list is for those after the next character. */
  #reached: number[] = [];
  #next: number[] = [];

  constructor(expression: Expression) {
    this.#add(expression);
    this.#reachedIn = new Float64Array(this.states + 1);
  }

  get states(): number {
    return this.#kinds.length;
  }

  /** Whether the whole text is one of those that the expression stands for. */
  accepts(text: string): boolean {
    this.#step++;
    this.#reached.length = 0;
    this.#reach(0, this.#reached);
    for (let at = 0; at < text.length && this.#reached.length > 0; at++) {
      this.#take(text.charCodeAt(at));
    }
    return this.#reached.includes(this.states);
  }

  #take(code: number): void {
    this.#step++;
    const next = this.#next;
    next.length = 0;
    for (const state of this.#reached) {
      const kind = this.#kinds[state];
      if (kind === code || (kind === SET && this.#sets[state]?.(code))) {
        this.#reach(state + 1, next);
      }
    }
    this.#next = this.#reached;
    this.#reached = next;
  }

  /** Adds the states that one leads to without a character, each once a step. */
  #reach(start: number, reached: number[]): void {
    const pending = [start];
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      if (this.#reachedIn[state] === this.#step) {
        continue;
      }
      this.#reachedIn[state] = this.#step;
      if (this.#kinds[state] === FORK) {
        pending.push(this.#second[state]!, this.#first[state]!);
      } else {
        reached.push(state);
      }
    }
  }

  #add(expression: Expression): void {
    switch (expression.kind) {
      case 'character':
        this.#addState(expression.code);
        break;
      case 'set':
        this.#addState(SET, expression.has);
        break;
      case 'sequence':
        for (const part of expression.parts) {
          this.#add(part);
        }
        break;
      case 'either':
        this.#addChoices(expression.choices);
        break;
      case 'repeated':
        this.#addRepeated(expression.part, expression.atLeast);
    }
  }

  /** Returns the new state; where it is a fork, its ways are set later. */
  #addState(kind: number, set: CharacterSet | null = null): number {
    this.#first.push(0);
    this.#second.push(0);
    this.#sets.push(set);
    return this.#kinds.push(kind) - 1;
  }

  #addRepeated(part: Expression, atLeast: 0 | 1): void {
    const skip = atLeast === 0 ? this.#addState(FORK) : null;
    const start = this.states;
    this.#add(part);
    const again = this.#addState(FORK);
    this.#first[again] = start;
    this.#second[again] = this.states;
    if (skip === null) {
      return;
    }
    this.#first[skip] = start;
    this.#second[skip] = this.states;
  }

  #addChoices(choices: readonly Expression[]): void {
    const ends: number[] = [];
    for (const [index, choice] of choices.entries()) {
      if (index === choices.length - 1) {
        this.#add(choice);
        continue;
      }
      const fork = this.#addState(FORK);
      this.#first[fork] = this.states;
      this.#add(choice);
      ends.push(this.#addState(FORK));
      this.#second[fork] = this.states;
    }
    for (const end of ends) {
      this.#first[end] = this.#second[end] = this.states;
    }
  }
}
