import { loadCorpus } from '../corpus/corpus';
import { markingContextOf } from '../inspection/corpus-inspector';
import type { MarkingContext } from '../inspection/marks';
import type { Mark } from '../protocol/marks';
import { UserError } from '../protocol/user-error';
import { BUILTINS } from '../python/builtins';
import type { Run } from '../training/run';

/** The files that a run learnt from, to compare texts with; without them where they are gone. */
export async function marksContextOf(run: Run): Promise<MarkingContext> {
  const { folders, holdout, excludes } = run.info().request;
  try {
    const { train } = await loadCorpus(folders, { holdout, excludes });
    return await markingContextOf(train);
  } catch (error) {
    if (error instanceof UserError) {
      return { known: null, builtins: BUILTINS, recitation: null };
    }
    throw error;
  }
}

/** Counts of the marks on a text, in a line. */
export function marksText(marks: readonly Mark[], { known, recitation }: MarkingContext): string {
  const count = (kind: Mark['kind']) => marks.filter((mark) => mark.kind === kind).length;
  const parts = [
    `keywords ${count('keyword')}`,
    `builtins ${count('builtin')}`,
    ...(known === null ? [] : [`names ${count('knownName')} known, ${count('madeUpName')} made up`]),
    `brackets ${count('closed')} closed rightly, ${count('misclosed')} wrongly, ${count('unclosed')} never`,
    `block colons ${count('blockColon')}, ${count('missingColon')} missing`,
    `lines ${count('indented')} indented rightly, ${count('misindented')} wrongly`,
    `strings left open ${count('openString')}`,
    ...(recitation === null ? [] : [recitedText(marks)]),
  ];
  const gone = known === null ? ' · names and recitation unknown: the folders that it learnt from are gone' : '';
  return parts.join(' · ') + gone;
}

function recitedText(marks: readonly Mark[]): string {
  const recited = marks.filter(({ kind }) => kind === 'recited');
  const characters = recited.reduce((sum, { start, end }) => sum + end - start, 0);
  const places = recited.map(({ source }) => `${source!.file}:${source!.line}`);
  return `recited ${characters} characters${places.length > 0 ? ` (${places.join(', ')})` : ''}`;
}
