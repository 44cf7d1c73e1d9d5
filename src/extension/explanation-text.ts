import type { Explanation } from '../protocol/completion';
import { printable } from '../protocol/printable';

/** Characters of a full bar, which stands for a probability of 1. */
const BAR = 20;

/** Columns after which sentences are wrapped: the document often stands beside the code, with little room. */
const WIDTH = 40;

/**
 * Text of "Why No Suggestion Here?": the answer first, then the candidate, then the probability of each of its
 * characters.
 */
export function explanationText(explanation: Explanation, place: string): string {
  const { shown, text, candidate, characters } = explanation;
  const written = shown ? text : candidate;
  const lines = [printable(place), '', ...wrapped(verdict(explanation))];
  if (written !== '') {
    lines.push('', 'What the model would write:', '', ...written.split('\n').map((line) => `    ${line}`));
  }
  if (characters.length > 0) {
    lines.push('', 'How sure it is of each character:', '', ...characters.map(characterLine));
  }
  return `${lines.join('\n')}\n`;
}

function wrapped(sentence: string): string[] {
  const lines = [''];
  for (const word of sentence.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    }
  }
  return lines;
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
