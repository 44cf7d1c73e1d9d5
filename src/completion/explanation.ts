import type { Explanation } from '../protocol/completion';
import { type Character, textOf } from './continuations';
import { probabilityOf } from './expected-savings';
import type { SuppressionRule } from './suppression-rules';

/** The first `length` of the candidate's characters are shown, right with a certain probability. */
export function shown(
  characters: readonly Character[],
  length: number,
  probability = probabilityOf(characters.slice(0, length)),
): Explanation {
  return {
    text: textOf(characters.slice(0, length)),
    shown: true,
    probability,
    droppedBy: null,
    reason: null,
    ...candidateOf(characters),
  };
}

/** Nothing is shown, because of `rule`. */
export function dropped(rule: SuppressionRule, characters: readonly Character[] = []): Explanation {
  return {
    text: '',
    shown: false,
    probability: probabilityOf(characters),
    droppedBy: rule.name,
    reason: rule.reason,
    ...candidateOf(characters),
  };
}

/** The characters may hang in a tree, which does not belong in a message. */
function candidateOf(characters: readonly Character[]): Pick<Explanation, 'characters' | 'candidate'> {
  return {
    characters: characters.map(({ text, probability }) => ({ text, probability })),
    candidate: textOf(characters),
  };
}
