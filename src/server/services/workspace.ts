import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Connection, InitializeParams } from 'vscode-languageserver/node';
import { UserError } from '../../protocol/user-error';
import { dataFolder } from '../../storage/private-folder';
import { inReasonableTime } from '../requests';
import { pathOf } from '../uris';

const Folders = v.nullable(v.array(v.object({ uri: v.string() })));

/** The folders that are open in the client. */
export class OpenFolders {
  readonly #connection: Connection;
  readonly #params: InitializeParams;
  readonly #skipped = new Set<string>();

  constructor(connection: Connection, params: InitializeParams) {
    this.#connection = connection;
    this.#params = params;
  }

  /** Their absolute paths as of now. @throws UserError where there are none on the disk */
  async paths(): Promise<string[]> {
    const canAsk = this.#params.capabilities.workspace?.workspaceFolders;
    const uris = canAsk ? await this.#ask() : initialUris(this.#params);
    const paths = uris.flatMap((uri) => pathOf(uri) ?? this.#skip(uri));
    if (paths.length > 0) {
      return paths;
    }
    throw new UserError('Open a folder with Python files first: there is nothing to learn from.');
  }

  async #ask(): Promise<string[]> {
    try {
      const answer = await inReasonableTime(this.#connection.workspace.getWorkspaceFolders());
      return (v.parse(Folders, answer) ?? []).map(({ uri }) => uri);
    } catch (error) {
      this.#connection.console.warn(`The client did not tell which folders are open now: ${error}`);
      return initialUris(this.#params);
    }
  }

  #skip(uri: string): [] {
    if (!this.#skipped.has(uri)) {
      this.#skipped.add(uri);
      this.#connection.console.warn(`The folder ${uri} is left out: it has no path on this machine.`);
    }
    return [];
  }
}

/** Storage folder for a client that names none: in the user's own data folder, one per workspace. */
export function defaultStorage(params: InitializeParams): string {
  const workspace = initialUris(params).sort().join('\n');
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 16);
  return join(dataFolder(), 'workspaces', name);
}

function initialUris({ workspaceFolders, rootUri }: InitializeParams): string[] {
  return workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
}
