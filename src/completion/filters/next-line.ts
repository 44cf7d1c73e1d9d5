import type { Filter } from './filter';

/** Drops what would make the line equal to the one below it. */
export const nextLine: Filter = {
  name: 'next-line',
  reason: 'The suggestion is what the next line says already.',
  keep: (text, { lineBefore, lineBelow }) =>
    lineBelow !== '' && (lineBefore + text).trim() === lineBelow.trim() ? '' : text,
};
