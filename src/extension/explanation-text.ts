import type { Explanation } from '../protocol/completion';

/** Characters of a full bar, which stands for a probability of 1. */
const BAR = 20;

/** What "Why No Suggestion Here?" shows: the answer first, then the candidate, then how sure the model was of each character. */
export function explanationText(explanation: Explanation, place: string): string {
  const { shown, text, candidate, characters } = explanation;
  const written = shown ? text : candidate;
  const lines = [
    `Why No Suggestion Here?  ${place}`,
    '',
    verdict(explanation),
    '',
    'What the model would write',
    '',
    ...(written === '' ? ['    (nothing)'] : written.split('\n').map((line) => `    ${line}`)),
  ];
  if (characters.length > 0) {
    lines.push('', 'How sure it is of each character, given those before it', '', ...characters.map(characterLine));
  }
  return `${lines.join('\n')}\n`;
}

function verdict({ shown, probability, droppedBy, reason }: Explanation): string {
  const certainty = `${(probability * 100).toFixed(0)} %`;
  if (shown) {
    return `A suggestion is shown here. The model is ${certainty} sure that all of it is right.`;
  }
  const rule = droppedBy === null ? '' : ` (rule: ${droppedBy})`;
  return `${reason ?? 'Nothing is shown here.'}${rule}`;
}

function characterLine({ text, probability }: Explanation['characters'][number]): string {
  const bar = '█'.repeat(Math.round(probability * BAR));
  return `    ${visible(text).padEnd(4)} ${(probability * 100).toFixed(1).padStart(5)} %  ${bar}`.trimEnd();
}

function visible(text: string): string {
  return text.replaceAll('\n', '↵').replaceAll('\t', '→').replaceAll(' ', '␣');
}
