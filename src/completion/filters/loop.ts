import type { Filter } from './filter';

/** Four characters or more three times in a row. */
const REPEATED = /(.{4,}?)\1\1/g;

/** Drops what a network in a loop writes: the same words again within the line, or the same line a third time. */
export const loop: Filter = {
  name: 'loop',
  reason: 'The model repeats itself here.',
  keep(text, { lineBefore, linesAbove }) {
    const line = (lineBefore + text).trim();
    const isThirdLine = linesAbove.length === 2 && linesAbove.every((above) => above.trim() === line);
    const repeatsWords = Array.from(text.matchAll(REPEATED)).some(([, unit]) => /[a-z]/i.test(unit));
    return isThirdLine || repeatsWords ? '' : text;
  },
};
