import { joinFiles, loadCorpus } from '../corpus/corpus';
import type { Holdout } from '../corpus/holdout';
import type { Predictor } from '../engine/engine';
import { UserError } from '../protocol/user-error';
import { type Evaluation, evaluate } from '../training/evaluate';

export interface ReportRequest {
  /** Absolute. */
  readonly folders: readonly string[];
  /** Which files are read: those held out; all where none are. */
  readonly holdout: Holdout;
  readonly excludes: readonly string[];
  /** How many characters to read at most, from the first. */
  readonly characters: number;
}

/** What is known of a network after reading text that it has not learnt from. */
export type Report = Evaluation;

/** @throws UserError where there is nothing to read */
export async function reportOn(predictor: Predictor, request: ReportRequest): Promise<Report> {
  const { folders, holdout, excludes, characters } = request;
  const { train, validation } = await loadCorpus(folders, { holdout, excludes });
  const files = holdout === 'none' ? train : validation;
  if (files.length === 0) {
    throw new UserError(
      `${folders.join(', ')} has too few files to hold any out: use --holdout none to read all of them.`,
    );
  }
  return await evaluate(predictor, joinFiles(files).subarray(0, characters));
}
