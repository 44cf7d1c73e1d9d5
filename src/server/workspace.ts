import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Connection, InitializeParams } from 'vscode-languageserver/node';
import { UserError } from '../protocol/user-error';
import { dataFolder } from '../storage/private-folder';

/** Absolute paths of the folders that are open now. @throws UserError where there are none on the disk */
export async function openFolders(connection: Connection, params: InitializeParams): Promise<string[]> {
  const uris = params.capabilities.workspace?.workspaceFolders
    ? ((await connection.workspace.getWorkspaceFolders()) ?? []).map(({ uri }) => uri)
    : initialUris(params);
  const folders = uris.filter((uri) => uri.startsWith('file:')).map((uri) => fileURLToPath(uri));
  if (folders.length === 0)
    throw new UserError('Open a folder with Python files first: there is nothing to learn from.');
  return folders;
}

/** Where runs are kept for a client that names no place: in the user's own data folder, one folder per workspace. */
export function defaultStorage(params: InitializeParams): string {
  const workspace = initialUris(params).sort().join('\n');
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 16);
  return join(dataFolder(), 'workspaces', name);
}

function initialUris({ workspaceFolders, rootUri }: InitializeParams): string[] {
  return workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
}
