import { anyNumberOf, type Expression, either, literally, onceOrMore, optional, sequence } from './automaton';
import { characterClass } from './character-class';
import { type Parsed, wildcard } from './wildmatch';

/** Choices in braces or in an extended glob's parentheses, and the position behind them. */
interface Group {
  readonly choices: readonly string[];
  readonly end: number;
}

/** What may stand before a parenthesis. `!` may too, but is not understood. */
const REPETITIONS: Partial<Record<string, (group: Expression) => Expression>> = {
  '@': (group) => group,
  '?': optional,
  '*': anyNumberOf,
  '+': onceOrMore,
};

/**
 * Glob as VS Code and shells have it: `*`, `?`, classes and `**` as git's, choices `{a,b}`, and the extended `@(a|b)`,
 * `?(a)`, `*(a)` and `+(a)`. Null where it is not understood: what is not closed, what begins with `!`, `!(a)`,
 * `{1..9}`.
 */
export function parseGlob(glob: string): Expression | null {
  return glob.startsWith('!') ? null : parse(glob);
}

function parse(glob: string): Expression | null {
  const parts: Expression[] = [];
  for (let at = 0; at < glob.length; ) {
    const next = parseAt(glob, at);
    if (next === null) {
      return null;
    }
    parts.push(next.expression);
    at = next.end;
  }
  return sequence(parts);
}

function parseAt(glob: string, at: number): Parsed | null {
  if (isExtended(glob, at + 1)) {
    const repeat = REPETITIONS[glob.charAt(at)];
    const group = repeat && groupAt(glob, at + 1);
    return repeat && group ? parseChoices(group, repeat) : null;
  }
  if (glob[at] !== '{') {
    return wildcard(glob, at, false);
  }
  const group = groupAt(glob, at);
  if (group === null) {
    return null;
  }
  if (group.choices.length > 1) {
    return parseChoices(group, (choices) => choices);
  }
  // Braces without a comma stand for themselves, unless they are a range.
  return group.choices[0]?.includes('..') ? null : { expression: literally('{'), end: at + 1 };
}

function parseChoices({ choices, end }: Group, repeat: (choices: Expression) => Expression): Parsed | null {
  const expressions: Expression[] = [];
  for (const choice of choices) {
    const expression = parse(choice);
    if (expression === null) {
      return null;
    }
    expressions.push(expression);
  }
  return { expression: repeat(either(expressions)), end };
}

/** Whether the group of an extended glob begins with the character at a position. */
function isExtended(glob: string, at: number): boolean {
  return glob[at] === '(' && /[@?*+!]/.test(glob.charAt(at - 1));
}

/** The group that the brace or parenthesis at `open` begins; null where it is not closed. */
function groupAt(glob: string, open: number): Group | null {
  const choices: string[] = [];
  const closers: string[] = [];
  let start = open + 1;
  for (let at = open; at < glob.length; at++) {
    const character = glob.charAt(at);
    if (character === '\\') {
      at++;
    } else if (character === '[') {
      const found = characterClass(glob, at, false);
      if (found === null) {
        return null;
      }
      at = found.end - 1;
    } else if (character === '{') {
      closers.push('}');
    } else if (isExtended(glob, at)) {
      closers.push(')');
    } else if (character === closers.at(-1)) {
      closers.pop();
    } else if (closers.length === 1 && character === (closers[0] === '}' ? ',' : '|')) {
      choices.push(glob.slice(start, at));
      start = at + 1;
    }
    if (closers.length === 0) {
      return { choices: [...choices, glob.slice(start, at)], end: at + 1 };
    }
  }
  return null;
}
