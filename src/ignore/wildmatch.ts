import { anyNumberOf, type Expression, literally, optional, sequence } from './automaton';
import { characterClass } from './character-class';

const SLASH: Expression = { kind: 'character', code: 0x2f };
const ANY_CHARACTER: Expression = { kind: 'set', has: (code) => code !== SLASH.code };
const ANY_NAME = anyNumberOf(ANY_CHARACTER);
const ANY_PATH = anyNumberOf({ kind: 'set', has: () => true });
/** `**` and the slash behind it: folders, or none. */
const ANY_FOLDERS = optional(sequence([ANY_PATH, SLASH]));

/** The part of a pattern that stands at a position, and the position behind it. */
export interface Parsed {
  readonly expression: Expression;
  readonly end: number;
}

/**
 * Pattern as git's wildmatch.c reads it: `*`, `?`, classes, `**` between slashes, and backslashes before what stands
 * for itself; null where it matches nothing. With `ignoreCase`, it is for texts whose ASCII letters are in lower case.
 *
 * As in git, what comes before the first wildcard is compared by itself, so that two stars right behind it count as
 * those at the beginning of a pattern: `a**` followed by `/b` matches `ax/y/b`.
 */
export function wildmatch(pattern: string, ignoreCase: boolean): Expression | null {
  const wild = pattern.search(/[*?[\\]/);
  const before = wild < 0 ? pattern : pattern.slice(0, wild);
  const parts = [literally(ignoreCase ? lowerCase(before) : before)];
  const rest = pattern.slice(before.length);
  for (let at = 0; at < rest.length; ) {
    const next = wildcard(rest, at, ignoreCase);
    if (next === null) {
      return null;
    }
    parts.push(next.expression);
    at = next.end;
  }
  return sequence(parts);
}

/** A wildcard or a character of a pattern; null for a class or an escape that is not complete. */
export function wildcard(pattern: string, at: number, ignoreCase: boolean): Parsed | null {
  const character = pattern.charAt(at);
  switch (character) {
    case '*':
      return stars(pattern, at);
    case '?':
      return { expression: ANY_CHARACTER, end: at + 1 };
    case '[': {
      const found = characterClass(pattern, at, ignoreCase);
      return found && { expression: { kind: 'set', has: found.has }, end: found.end };
    }
    case '\\':
      // In git the case of an escaped letter counts, always.
      return at + 1 < pattern.length ? { expression: literally(pattern.charAt(at + 1)), end: at + 2 } : null;
    default:
      return { expression: literally(ignoreCase ? lowerCase(character) : character), end: at + 1 };
  }
}

function stars(pattern: string, start: number): Parsed {
  let end = start;
  while (pattern[end] === '*') {
    end++;
  }
  const crossesSlashes = end - start > 1 && (start === 0 || pattern[start - 1] === '/');
  if (crossesSlashes && pattern[end] === '/') {
    return { expression: ANY_FOLDERS, end: end + 1 };
  }
  if (crossesSlashes && (end === pattern.length || pattern.startsWith('\\/', end))) {
    return { expression: ANY_PATH, end };
  }
  return { expression: ANY_NAME, end };
}

/** A text with its ASCII letters in lower case, and all others as they are: so git ignores case. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
