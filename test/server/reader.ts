import { WorkspaceReader } from '../../src/reader/workspace-reader';

/** Reads `folders` in a process of its own, as the server does. */
export function readerOf(
  folders: readonly string[],
  { excludes = [], log = [] }: { excludes?: string[]; log?: string[] } = {},
): WorkspaceReader {
  return new WorkspaceReader({
    folders: async () => folders,
    excludes: async () => excludes,
    log: (line) => log.push(line),
  });
}
