import { uniqueFolderNames } from '../protocol/folder-names';

/** Place where a training file may lie: the number of a folder of the workspace, and a path in it. */
export interface FilePlace {
  readonly folder: number;
  readonly path: string;
}

/**
 * Places of a training file by its name in the workspace, the likeliest first: where there are several folders, names
 * begin with that of the file's own. Where folders have come or gone since the training, that may be another of the
 * same name, or be missing. None for a name that leads out of its folder.
 */
export function placesOf(name: string, folders: readonly string[]): FilePlace[] {
  if (!isInside(name)) {
    return [];
  }
  const slash = name.indexOf('/');
  const [first, rest] = [name.slice(0, slash), name.slice(slash + 1)];
  const foldersNamed = (names: readonly string[], wanted: string) =>
    slash < 1 || names.length < 2 ? [] : names.flatMap((other, i) => (other === wanted ? [i] : []));
  const own = [
    ...foldersNamed(uniqueFolderNames(folders), first),
    ...foldersNamed(folders, first),
    ...foldersNamed(folders, first.replace(/-\d+$/, '')),
  ];
  return [
    ...[...new Set(own)].map((folder) => ({ folder, path: rest })),
    ...folders.map((_, folder) => ({ folder, path: name })),
  ];
}

/** Whether a relative path stays in its folder. What names it came through a webview. */
export function isInside(path: string): boolean {
  const isAbsolute = /^(?:[/\\]|[a-zA-Z]:)/.test(path);
  return path !== '' && !isAbsolute && !path.split(/[/\\]/).includes('..');
}
