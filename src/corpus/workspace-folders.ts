import { realpathSync } from 'node:fs';
import path from 'node:path';
import { uniqueFolderNames } from '../protocol/folder-names';

/** A folder of the workspace. */
interface Root {
  /** Paths as given, and with every symbolic link resolved; without a slash at the end. */
  readonly paths: readonly string[];
  /** Prefix of its files' names: empty where it is the only folder, else its own name, made unique, and a slash. */
  readonly prefix: string;
}

/**
 * The folders of a workspace, and what files in them are called: the one place that says to which folder a file
 * belongs. Files are told apart by their names, so with several folders each name begins with its folder's.
 */
export class WorkspaceFolders {
  readonly #roots: readonly Root[];

  constructor(folders: readonly string[]) {
    const names = uniqueFolderNames(folders.map((folder) => path.basename(path.resolve(folder))));
    this.#roots = folders.map((folder, i) => ({
      paths: [path.resolve(folder), realPathOf(folder)],
      prefix: folders.length === 1 ? '' : `${names[i]}/`,
    }));
  }

  /**
   * Name of the file at `file` (absolute) in the workspace, with forward slashes; null where it is in none of the
   * folders.
   */
  nameOf(file: string): string | null {
    return this.#nameByPath(path.resolve(file)) ?? this.#nameByPath(realPathOf(file));
  }

  /** Of folders that lie in each other the innermost counts. */
  #nameByPath(file: string): string | null {
    let best: { prefix: string; relative: string } | null = null;
    for (const { paths, prefix } of this.#roots) {
      for (const root of paths) {
        const relative = relativeIn(root, file);
        if (relative !== null && (best === null || relative.length < best.relative.length)) {
          best = { prefix, relative };
        }
      }
    }
    return best && best.prefix + best.relative.replaceAll(path.sep, '/');
  }
}

/** Path from `root` to a file below it, else null. Letter case is as the system has it. */
function relativeIn(root: string, file: string): string | null {
  // On Windows `path.relative` takes letters of both cases for the same.
  const relative = path.relative(root, file);
  const isBelow = relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`);
  return isBelow && !path.isAbsolute(relative) ? relative : null;
}

/**
 * The path with every symbolic link on the way resolved, as far as it exists: a new file may be named before it is
 * saved.
 */
function realPathOf(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(realPathOf(parent), path.basename(file));
  }
}
