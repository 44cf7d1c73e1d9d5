/** Whether a character of the text, given by its code, belongs to a set. */
export type CharacterSet = (code: number) => boolean;

/** Regular expression, as a tree. */
export type Expression =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'set'; readonly has: CharacterSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'either'; readonly choices: readonly Expression[] }
  | { readonly kind: 'once or more'; readonly part: Expression };

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
  return { kind: 'once or more', part };
}

export function optional(part: Expression): Expression {
  return either([part, sequence([])]);
}

export function anyNumberOf(part: Expression): Expression {
  return optional(onceOrMore(part));
}

type State =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'set'; readonly has: CharacterSet }
  /** Takes no character, and goes on in these states. */
  | { readonly kind: 'fork'; readonly to: number[] };

/**
 * Nondeterministic finite automaton of a regular expression, simulated in all its states at once (Thompson's way): a text
 * costs at most its length times the number of states, whatever the expression is. JavaScript's own regular expressions
 * try one way after the other, and some expressions have exponentially many ways.
 *
 * A state that takes a character is followed by the next one; what comes after the last state is acceptance.
 */
export class Automaton {
  readonly #states: State[] = [];
  /** Per state, the last step in which it was reached. */
  readonly #reachedIn: Float64Array;
  #step = 0;

  constructor(expression: Expression) {
    this.#add(expression);
    this.#reachedIn = new Float64Array(this.states + 1);
  }

  get states(): number {
    return this.#states.length;
  }

  /** Whether the whole text is one of those that the expression stands for. */
  accepts(text: string): boolean {
    let reached: number[] = [];
    let next = [0];
    this.#follow(next, reached);
    for (let at = 0; at < text.length && reached.length > 0; at++) {
      const code = text.charCodeAt(at);
      next = [];
      for (const state of reached) if (this.#takes(state, code)) next.push(state + 1);
      reached = [];
      this.#follow(next, reached);
    }
    return reached.includes(this.states);
  }

  #takes(index: number, code: number): boolean {
    const state = this.#states[index];
    if (state === undefined || state.kind === 'fork') return false;
    return state.kind === 'character' ? state.code === code : state.has(code);
  }

  /** Adds to `reached` the states that forks lead to from `pending`, forks themselves aside, each once. Empties `pending`. */
  #follow(pending: number[], reached: number[]): void {
    this.#step++;
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (this.#reachedIn[index] === this.#step) continue;
      this.#reachedIn[index] = this.#step;
      const state = this.#states[index];
      if (state?.kind === 'fork') pending.push(...state.to);
      else reached.push(index);
    }
  }

  #add(expression: Expression): void {
    switch (expression.kind) {
      case 'sequence':
        for (const part of expression.parts) this.#add(part);
        break;
      case 'either':
        this.#addChoices(expression.choices);
        break;
      case 'once or more': {
        const start = this.states;
        this.#add(expression.part);
        this.#states.push({ kind: 'fork', to: [start, this.states + 1] });
        break;
      }
      default:
        this.#states.push(expression);
    }
  }

  #addChoices(choices: readonly Expression[]): void {
    const starts: number[] = [];
    const ends: number[][] = [];
    this.#states.push({ kind: 'fork', to: starts });
    for (const choice of choices) {
      starts.push(this.states);
      this.#add(choice);
      const end: number[] = [];
      this.#states.push({ kind: 'fork', to: end });
      ends.push(end);
    }
    for (const end of ends) end.push(this.states);
  }
}
