import type { CharacterSet } from './automaton';

/** POSIX classes, of ASCII alone as in git. */
const POSIX_CLASSES: Record<string, RegExp> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[^ -~\u0080-\uffff]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

const SLASH = 0x2f;

/** Parsed character class: its end (behind its bracket) and its members, never a slash. */
export interface CharacterClass {
  readonly end: number;
  readonly has: CharacterSet;
}

/**
 * Character class that begins with the bracket at `start`: `[a-z]`, `[!a]`, `[^a]`, `[]a]`, `[[:alpha:]_]`, `[\]]`;
 * null where it is not closed or names a POSIX class that there is none of. With `ignoreCase` the text's upper-case
 * letters are given in lower case, and then git tries the ends of a range in upper case too, but no single character.
 */
export function characterClass(pattern: string, start: number, ignoreCase: boolean): CharacterClass | null {
  const isNegated = /[!^]/.test(pattern.charAt(start + 1));
  const first = start + (isNegated ? 2 : 1);
  const members: CharacterSet[] = [];
  /** What a range may begin with. */
  let previous: number | null = null;
  for (let at = first; at < pattern.length; at++) {
    if (pattern[at] === ']' && at > first) {
      return { end: at + 1, has: union(members, isNegated) };
    }
    const posix = pattern.startsWith('[:', at) ? posixClass(pattern, at, ignoreCase) : undefined;
    if (posix === null) {
      return null;
    }
    if (posix !== undefined) {
      members.push(posix.has);
      at = posix.end - 1;
      previous = null;
      continue;
    }
    const isRange: boolean = pattern[at] === '-' && previous !== null && /[^\]]/s.test(pattern.charAt(at + 1));
    if (isRange) {
      at++;
    }
    if (pattern[at] === '\\') {
      at++;
    }
    if (at >= pattern.length) {
      return null;
    }
    const code = pattern.charCodeAt(at);
    members.push(isRange && previous !== null ? range(previous, code, ignoreCase) : (other) => other === code);
    previous = isRange ? null : code;
  }
  return null;
}

function union(members: readonly CharacterSet[], isNegated: boolean): CharacterSet {
  return (code) => code !== SLASH && members.some((has) => has(code)) !== isNegated;
}

function range(first: number, last: number, ignoreCase: boolean): CharacterSet {
  const within = (code: number) => code >= first && code <= last;
  return ignoreCase ? (code) => within(code) || (isLower(code) && within(code - 0x20)) : within;
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/**
 * `[:name:]` at `start`; null for an unknown name, undefined where it is no such thing but a bracket as any other
 * character.
 */
function posixClass(pattern: string, start: number, ignoreCase: boolean): CharacterClass | null | undefined {
  const close = pattern.indexOf(']', start + 2);
  if (close < 0) {
    return null;
  }
  if (close < start + 3 || pattern[close - 1] !== ':') {
    return undefined;
  }
  const name = pattern.slice(start + 2, close - 1);
  const members = Object.hasOwn(POSIX_CLASSES, name) ? POSIX_CLASSES[name] : undefined;
  if (members === undefined) {
    return null;
  }
  const has = (code: number) => members.test(String.fromCharCode(code));
  return { end: close + 1, has: name === 'upper' && ignoreCase ? (code) => has(code) || isLower(code) : has };
}
