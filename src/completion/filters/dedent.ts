import type { Filter } from './filter';
import { cutBeforeLine } from './lines';

/** Stops where the block that the cursor stands in ends: what comes after it is for the user to begin. */
export const dedent: Filter = {
  name: 'dedent',
  reason: 'The suggestion would have begun by leaving the block.',
  keep(text, { lineBefore }) {
    const own = indentation(lineBefore + text.split('\n', 1)[0]);
    return cutBeforeLine(lineBefore, text, (line, i) => i > 0 && line.trim() !== '' && indentation(line) < own);
  },
};

/** Columns; a tab counts as eight, since mixing the two is no Python. */
function indentation(line: string): number {
  const [space] = /^\s*/.exec(line)!;
  return space.replaceAll('\t', ' '.repeat(8)).length;
}
