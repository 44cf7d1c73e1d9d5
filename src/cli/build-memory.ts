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
