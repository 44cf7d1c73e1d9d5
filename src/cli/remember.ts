import { resolve } from 'node:path';
import { loadCorpus } from '../corpus/corpus';
import { LearntDocument } from '../memory/document';
import { Memory } from '../memory/memory';
import { UserError } from '../protocol/user-error';
import { encode } from '../text/alphabet';
import type { Run } from '../training/run';
import { say } from './output';

/**
 * A memory of the files that a run learnt from, all but `path`, of which it knows `before` alone, as if the rest were not yet
 * written; with the name by which it knows that file. Null where there can be none on this machine or the files are gone.
 */
export async function rememberAround(
  run: Run,
  path: string,
  before: string,
): Promise<{ memory: Memory; name: string } | null> {
  const { folders, excludes } = run.info().request;
  try {
    const { train } = await loadCorpus(folders, { holdout: 'none', excludes });
    const name = train.find((file) => file.path === resolve(path))?.name ?? path;
    const memory = await Memory.build(train.filter((file) => file.path !== resolve(path)));
    await new LearntDocument(memory, name).update(encode(before));
    return { memory, name };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(`Without a memory of the files: ${error.message}`);
    return null;
  }
}
