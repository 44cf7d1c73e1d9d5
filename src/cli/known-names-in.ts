import { Vocabulary } from '../completion/code-aware/vocabulary';
import { identifiersIn } from '../corpus/identifiers-in';
import { UserError } from '../protocol/user-error';
import type { Run } from '../training/run';

/** The names in the folders that a run learnt from; null where they are gone. */
export async function knownNamesIn(run: Run): Promise<Vocabulary | null> {
  const { folders, excludes } = run.info().request;
  try {
    return Vocabulary.of(await identifiersIn(folders, excludes));
  } catch (error) {
    if (error instanceof UserError) {
      return null;
    }
    throw error;
  }
}
