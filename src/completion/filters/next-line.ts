import type { Filter } from './filter';
import { cutBeforeLine } from './lines';

/** Stops before a line that the line below the cursor says already. */
export const nextLine: Filter = {
  name: 'next-line',
  reason: 'The suggestion is what the next line says already.',
  keep(text, { lineBefore, lineBelow }) {
    const below = lineBelow.trim();
    return cutBeforeLine(lineBefore, text, (line) => below !== '' && line.trim() === below);
  },
};
