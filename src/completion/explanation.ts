import type { Explanation } from '../protocol/completion';
import type { Character } from './decode';
import { probabilityOf, type Rule } from './gate';

/** The first `length` of the candidate's characters are shown, right with a certain probability. */
export function shown(
  characters: readonly Character[],
  length: number,
  probability = probabilityOf(characters.slice(0, length)),
): Explanation {
  const kept = characters.slice(0, length);
  return {
    text: textOf(kept),
    shown: true,
    probability,
    characters: [...characters],
    droppedBy: null,
    reason: null,
    candidate: textOf(characters),
  };
}

/** Nothing is shown, because of `rule`. */
export function dropped(rule: Rule, characters: readonly Character[] = []): Explanation {
  return {
    text: '',
    shown: false,
    probability: probabilityOf(characters),
    characters: [...characters],
    droppedBy: rule.name,
    reason: rule.reason,
    candidate: textOf(characters),
  };
}

export function textOf(characters: readonly Character[]): string {
  return characters.map(({ text }) => text).join('');
}
