/** Place where a training file may lie: the number of a folder of the workspace, and a path in it. */
export interface FilePlace {
  readonly folder: number;
  readonly path: string;
}

/**
 * Places of a training file by its name in the workspace, the likeliest first: where there are several folders, names
 * begin with that of the file's own, perhaps with a number (src/corpus/workspace-folders.ts). None for a name that
 * leads out of its folder.
 */
export function placesOf(name: string, folders: readonly string[]): FilePlace[] {
  if (!isInside(name)) {
    return [];
  }
  const slash = name.indexOf('/');
  const [first, rest] = [name.slice(0, slash).replace(/-\d+$/, ''), name.slice(slash + 1)];
  const isOwn = (folder: string) => slash > 0 && (folder === first || folder === name.slice(0, slash));
  const byOwnName = folders.length < 2 ? [] : folders.flatMap((folder, i) => (isOwn(folder) ? [i] : []));
  return [
    ...byOwnName.map((folder) => ({ folder, path: rest })),
    ...folders.map((_, folder) => ({ folder, path: name })),
  ];
}

/** Whether a relative path stays in its folder. What names it came through a webview. */
export function isInside(path: string): boolean {
  const isAbsolute = /^(?:[/\\]|[a-zA-Z]:)/.test(path);
  return path !== '' && !isAbsolute && !path.split(/[/\\]/).includes('..');
}
