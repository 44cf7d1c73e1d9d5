import type { Explanation } from '../protocol/completion';
import { type Character, textOf } from './foresight';
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
    characters: characters.map(({ text, probability }) => ({ text, probability })),
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
    characters: characters.map(({ text, probability }) => ({ text, probability })),
    droppedBy: rule.name,
    reason: rule.reason,
    candidate: textOf(characters),
  };
}
