import type { Filter } from './filter';
import { cutBeforeLine } from './lines';

/** Four characters or more three times in a row. */
const REPEATED = /(.{4,}?)\1\1/g;

/** Stops before what a network in a loop writes: a line that says the same again and again, or the same line a third time. */
export const loop: Filter = {
  name: 'loop',
  reason: 'The model repeats itself here.',
  keep(text, { lineBefore, linesAbove }) {
    const [last, lastButOne] = linesAbove.map((line) => line.trim());
    const seen = [lastButOne, last];
    return cutBeforeLine(lineBefore, text, (line) => {
      const content = line.trim();
      if (content === '') return false;
      const isThird = seen.at(-1) === content && seen.at(-2) === content;
      seen.push(content);
      return isThird || repeatsWords(line);
    });
  },
};

function repeatsWords(line: string): boolean {
  return Array.from(line.matchAll(REPEATED)).some(([, unit]) => /[a-z]/i.test(unit));
}
