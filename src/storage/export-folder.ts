import { readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../protocol/user-error';
import { withFileErrorsSync } from './file-errors';
import { FILE_MODE, makeFolder } from './private-folder';

/**
 * A folder for the files of one export, new or empty, each for its owner alone. Only files that were not there before
 * are written.
 */
export class ExportFolder {
  readonly path: string;
  readonly #names: string[] = [];
  readonly #isNew: boolean;

  /** @throws UserError where the folder holds something, or cannot be made or read */
  constructor(path: string) {
    this.path = path;
    this.#isNew = withFileErrorsSync(`The folder ${path} cannot be written`, () => {
      const isNew = makeFolder(path) !== undefined;
      if (readdirSync(path).length > 0) {
        throw new UserError(`The folder ${path} is not empty: name a new one, or an empty one.`);
      }
      return isNew;
    });
  }

  /** Names of the files so far. */
  get names(): string[] {
    return [...this.#names];
  }

  /** Writes a file and gives its path. @throws UserError where it is there already, or cannot be written */
  write(name: string, content: string): string {
    const path = join(this.path, name);
    withFileErrorsSync(`${path} cannot be written`, () =>
      writeFileSync(path, content, { flag: 'wx', mode: FILE_MODE }),
    );
    this.#names.push(name);
    return path;
  }

  /** Removes what was written, and the folder where it was made for it. */
  discard(): void {
    for (const name of this.#names) {
      rmSync(join(this.path, name), { force: true });
    }
    try {
      if (this.#isNew) {
        rmdirSync(this.path);
      }
    } catch {
      // Somebody put something else there.
    }
  }
}
