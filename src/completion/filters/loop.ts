import { LONGEST } from '../continuations';
import type { Filter } from './filter';
import { cutBeforeLine } from './lines';

/** Characters of what is said again and again, at least. At most they are as many as a suggestion can have. */
const SHORTEST_UNIT = 4;

/**
 * Stops before what a network in a loop writes: a line that says the same again and again, or the same line a third
 * time.
 */
export const loop: Filter = {
  name: 'loop',
  reason: 'The model repeats itself here.',
  keep(text, { lineBefore, linesAbove }) {
    const [last, lastButOne] = linesAbove.map((line) => line.trim());
    const lines = [lastButOne, last];
    return cutBeforeLine(lineBefore, text, (line) => {
      const content = line.trim();
      if (content === '') {
        return false;
      }
      const isThird = lines.at(-1) === content && lines.at(-2) === content;
      lines.push(content);
      return isThird || repeatsWords(line);
    });
  },
};

/** Whether words stand three times in a row, looking for the shortest unit from left to right. */
function repeatsWords(line: string): boolean {
  const units = repeatedUnits(line);
  for (let i = 0; i < line.length; i += Math.max(1, 3 * units[i]!)) {
    if (/[a-z]/i.test(line.slice(i, i + units[i]!))) {
      return true;
    }
  }
  return false;
}

/** Length of the shortest unit that stands three times in a row from each character on; 0 where none does. */
function repeatedUnits(line: string): Uint16Array {
  const codes = Uint16Array.from({ length: line.length }, (_, i) => line.charCodeAt(i));
  const units = new Uint16Array(line.length);
  const longest = Math.min(LONGEST, Math.floor(line.length / 3));
  for (let unit = longest; unit >= SHORTEST_UNIT; unit--) {
    markRepeated(codes, unit, units);
  }
  return units;
}

/**
 * Notes where a unit of this length stands three times: where as many characters as two units have are all the same a
 * unit further on. From right to left; no character is compared twice, and mostly one comparison is enough to go
 * past two units.
 */
function markRepeated(codes: Uint16Array, unit: number, units: Uint16Array): void {
  let end = codes.length - unit;
  /** From here to the end all are the same. */
  let same = end;
  while (end >= 2 * unit) {
    const start = end - 2 * unit;
    let at = start;
    while (at < same && codes[at] === codes[at + unit]) {
      at++;
    }
    if (at === same) {
      units[start] = unit;
      end--;
    } else {
      end = at;
    }
    same = start;
  }
}
