import type { CorpusEvent } from '../protocol/training-events';
import type { Skipped } from './discover';

type LeftOut = CorpusEvent['skipped'][number];

/** Enough to recognise what it is about, in files that are written for every training. */
const MOST_EXAMPLES = 20;

/** Files and folders that were left out, by reason, the most frequent first. */
export function leftOutByReason(skipped: readonly Skipped[]): LeftOut[] {
  const groups = new Map<string, LeftOut>();
  for (const { path, reason } of skipped) {
    const kind = reason.replace(/^equal in content to .*/s, 'equal in content to another');
    const group = groups.get(kind) ?? { reason: kind, count: 0, examples: [] };
    groups.set(kind, group);
    group.count++;
    if (group.examples.length < MOST_EXAMPLES) {
      group.examples.push(path);
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
