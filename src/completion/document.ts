/** Text of a file as an editor has it, with its names. Offsets in it are in UTF-16 code units. */
export interface Document {
  /** Names the document in the cache; any text may be asked about under any name. */
  readonly uri: string;
  /**
   * Its path in the workspace, with forward slashes, if it has one: by it an expert may know the file, and the folder
   * it is in.
   */
  readonly name?: string | undefined;
  readonly text: string;
}

/**
 * Characters (UTF-16 code units) of a document beyond which nothing is suggested in it: each time would take too long.
 */
export const LONGEST_DOCUMENT = 2_000_000;
