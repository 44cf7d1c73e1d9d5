import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CorpusFile, loadCorpus } from '../corpus/corpus';
import { WorkspaceFolders } from '../corpus/workspace-folders';
import { LearntDocument } from '../memory/document';
import { Memory, MOST_REMEMBERED } from '../memory/memory';
import { UserError } from '../protocol/user-error';
import { encode } from '../python/alphabet';
import type { Run } from '../training/run';
import { say } from './output';

/**
 * Builds a memory as if the file at `path` ended at the cursor, after `before`: of the other files that the run learnt
 * from, and of that text. Gives it with the name by which it knows the file; null where there can be no memory on this
 * machine or the files are gone.
 */
export async function rememberAround(
  run: Run,
  path: string,
  before: string,
): Promise<{ memory: Memory; name: string } | null> {
  const { folders, excludes } = run.info().request;
  try {
    const { train } = await loadCorpus(folders, { holdout: 'none', excludes, mostBytes: MOST_REMEMBERED });
    const workspace = new WorkspaceFolders(folders);
    // A link in a folder leads to a file that may have been learnt by its own name.
    const names = [resolve(path), realpathSync(path)].map((file) => workspace.nameOf(file));
    const isIt = (file: CorpusFile) => names.includes(file.name);
    const name = train.find(isIt)?.name ?? names[0] ?? path;
    const memory = await Memory.build(train.filter((file) => !isIt(file)));
    await new LearntDocument(memory, name).update(encode(before));
    return { memory, name };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    say(`Without a memory of the files: ${error.message}`);
    return null;
  }
}
